import type { MigrationDto } from "../../server/api/shapes/index.ts";
import { duration } from "../ui/format.ts";
import { isHeldStep, stepLabel } from "./prepare.ts";

/** Twelve cells and a diamond: what is done, what runs, what is to come, and where requests wait. */
export function StepTrack({ migration, now }: { migration: MigrationDto; now: number }) {
  const applicable = migration.steps.filter((step) => step.state !== "skipped");
  return (
    <section aria-label="Steps" style={{ position: "relative", overflowX: "auto" }}>
      <ol className="steps" style={{ listStyle: "none" }}>
        {applicable.map((step, index) => {
          const did = step.state === "succeeded";
          const state = did ? "did" : step.state === "running" ? "now" : step.state === "failed" ? "bad" : "";
          const label = stepLabel(step.name);
          return (
            <li
              key={step.name}
              className={`stepcell ${state} ${isHeldStep(step) ? "held" : ""}`}
              aria-label={`${label}: ${step.state}`}
              title={step.error ?? undefined}
            >
              {step.name === "commit" ? (
                <span className="f11 s" style={{ position: "absolute", top: -22, whiteSpace: "nowrap" }}>
                  Point of no return
                </span>
              ) : null}
              {step.name === "pause" ? (
                <span className="f11 t2" style={{ position: "absolute", top: -22, left: 8, whiteSpace: "nowrap" }}>
                  Requests wait
                </span>
              ) : null}
              <span className={step.name === "commit" ? "node diamond" : "node"} aria-hidden="true">
                {step.name === "commit" ? "" : did ? "✓" : step.state === "undone" ? "↺" : index + 1}
              </span>
              <span className="m" style={{ fontSize: 12.5 }}>
                {label}
              </span>
              <span className="f11 t2">
                {step.state === "pending"
                  ? "to come"
                  : step.state === "undone"
                    ? "undone"
                    : duration(step.startedAt, step.endedAt, now)}
              </span>
            </li>
          );
        })}
      </ol>
      <p className="sr" aria-live="polite">
        {migration.step === null ? migration.state : `${stepLabel(migration.step)}, ${migration.state}`}
      </p>
    </section>
  );
}
