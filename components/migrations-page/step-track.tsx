import { IconCheck } from "@tabler/icons-react";
import type { MigrationDto, MigrationStepDto } from "../../server/api/shapes/index.ts";
import { duration, milliseconds, millisecondsRange } from "../ui/format.ts";
import { bandPosition, type Usual } from "./past-runs.ts";
import { heldLabel, isHeldStep, stepLabel } from "./prepare.ts";

interface StepTrackProps {
  readonly migration: MigrationDto;
  readonly usual: ReadonlyMap<string, Usual>;
  readonly now: number;
}

/** Equal cells, and the commit as a diamond between two of them: what is done, what runs, what is to come, where requests wait. */
export function StepTrack({ migration, usual, now }: StepTrackProps) {
  const applicable = migration.steps.filter((step) => step.state !== "skipped");
  const commit = applicable.find((step) => step.name === "commit");
  const cells = applicable.filter((step) => step.name !== "commit");
  return (
    <section aria-label="Steps" className="tablewrap">
      <ol className="steps">
        {cells.map((step, index) => (
          <li
            key={step.name}
            className={`stepcell ${CLASSES[step.state] ?? ""} ${isHeldStep(step) ? "held" : ""}`}
            aria-label={`${stepLabel(step.name)}: ${step.state}`}
            title={step.error ?? undefined}
          >
            {step.name === "pause" ? <span className="stepnote t2">{heldLabel(migration)}</span> : null}
            {step.name === "activate" && commit ? <PointOfNoReturn step={commit} /> : null}
            <span className="node" aria-hidden="true">
              <NodeMark step={step} index={index} />
            </span>
            <span className={step.state === "pending" ? "m t2" : "m"} style={{ fontSize: 12.5 }}>
              {stepLabel(step.name)}
            </span>
            <span className="f11 t2">{timeOf(step, usual.get(step.name), now)}</span>
            <Band step={step} usual={usual.get(step.name)} />
          </li>
        ))}
      </ol>
      <p className="sr" aria-live="polite">
        {migration.step === null ? migration.state : `${stepLabel(migration.step)}, ${migration.state}`}
      </p>
    </section>
  );
}

const CLASSES: Readonly<Record<string, string>> = { succeeded: "did", running: "now", failed: "bad", undone: "undone" };

function NodeMark({ step, index }: { step: MigrationStepDto; index: number }) {
  if (step.state === "succeeded") return <IconCheck size={13} stroke={2.4} />;
  if (step.state === "running") return <span className="quarter" />;
  return step.state === "undone" ? "↺" : index + 1;
}

function PointOfNoReturn({ step }: { step: MigrationStepDto }) {
  const passed = step.state === "succeeded";
  return (
    <span className="nevermind" role="img" aria-label={`Commit, the point of no return: ${step.state}`}>
      <span className={passed ? "f11 s" : "f11 m t2"}>Point of no return</span>
      <span className={passed ? "diamond passed" : "diamond"} />
    </span>
  );
}

function timeOf(step: MigrationStepDto, usual: Usual | undefined, now: number): string {
  if (step.state === "undone") return "undone";
  if (step.state !== "pending") return duration(step.startedAt, step.endedAt, now);
  if (!usual) return "to come";
  return millisecondsRange(usual.lowMs, usual.highMs);
}

/** What past runs took, and a tick for this one. */
function Band({ step, usual }: { step: MigrationStepDto; usual: Usual | undefined }) {
  if (!usual || step.startedAt === null || step.endedAt === null) return <span className="band" aria-hidden="true" />;
  const own = Date.parse(step.endedAt) - Date.parse(step.startedAt);
  const [low, high] = [bandPosition(usual.lowMs, usual), bandPosition(usual.highMs, usual)];
  const title = `This run ${milliseconds(own)}; four of five past runs ${milliseconds(usual.lowMs)} to ${milliseconds(usual.highMs)}`;
  return (
    <span className="band filled" title={title} aria-hidden="true">
      <span style={{ left: `${low}%`, width: `${Math.max(6, high - low)}%` }} />
      <i style={{ left: `${bandPosition(own, usual)}%` }} />
    </span>
  );
}
