"use client";

import { IconPlus } from "@tabler/icons-react";
import type { MigrationDto } from "../../server/api/shapes/index.ts";
import type { Spec } from "./draft.ts";
import type { WorldClock } from "./prepare-timeline.ts";
import { Timeline } from "./timeline.tsx";
import type { Draft } from "./use-draft.ts";
import { WindowsEditor } from "./windows-editor.tsx";

type Rails = Spec["guardRails"];
type RailName = { [K in keyof Rails]: Rails[K] extends number ? K : never }[keyof Rails];

interface Field {
  readonly name: RailName;
  readonly label: string;
  readonly unit: string;
  /** How many of the rail's own units one of the shown is. */
  readonly per: number;
  readonly min: number;
  readonly max: number;
  readonly step: number;
}

const FIRST: readonly Field[] = [
  { name: "maxConcurrent", label: "At once", unit: "moves", per: 1, min: 1, max: 1_000, step: 1 },
  { name: "maxPerHour", label: "Per hour", unit: "moves", per: 1, min: 0, max: 100_000, step: 1 },
  { name: "cooldownMinutes", label: "Cool-down", unit: "min", per: 1, min: 0, max: 1e6, step: 1 },
  { name: "minGainPercent", label: "Least gain", unit: "%", per: 1, min: 0, max: 1_000, step: 0.5 },
  { name: "paybackHours", label: "Pays back in", unit: "h", per: 1, min: 0, max: 1e6, step: 0.5 },
  { name: "pauseBudgetMs", label: "Pause", unit: "s", per: 1_000, min: 0.001, max: 600, step: 0.1 },
];
const MORE: readonly Field[] = [
  { name: "stopAfterMissed", label: "Stop after missed", unit: "receipts", per: 1, min: 0, max: 100, step: 1 },
  { name: "maxPerDataCenter", label: "Per data centre", unit: "moves/h", per: 1, min: 1, max: 100_000, step: 1 },
  { name: "regressionPercent", label: "Regression", unit: "%", per: 1, min: 0, max: 1_000, step: 1 },
  { name: "watchMs", label: "Watch", unit: "s", per: 1_000, min: 0, max: 86_400, step: 1 },
  { name: "canaryPercent", label: "Canary", unit: "%", per: 1, min: 0, max: 90, step: 1 },
  { name: "canaryMs", label: "Canary time", unit: "s", per: 1_000, min: 1, max: 3_600, step: 1 },
];

interface RailsCardProps {
  readonly draft: Draft;
  readonly published: Spec;
  readonly shown: Spec;
  readonly isOff: boolean;
  readonly migrations: readonly MigrationDto[];
  /** Null while it is not known. */
  readonly clock: WorldClock | null;
}

/** What bounds moves that run by themselves, and when they may begin. */
export function RailsCard({ draft, published, shown, isOff, migrations, clock }: RailsCardProps) {
  const setWindows = (windows: Rails["windows"]): void =>
    draft.change((spec) => ({ ...spec, guardRails: { ...spec.guardRails, windows } }));
  return (
    <section className="polcard rails" aria-label="Guard rails">
      <div className="row sb wrap g8">
        <h2 className="hd">
          Guard rails <span className="sub">today by the world’s clock, UTC; the draft in violet</span>
        </h2>
        <button
          type="button"
          className="ctl ghost"
          disabled={isOff}
          onClick={() =>
            setWindows([
              ...shown.guardRails.windows,
              { kind: "allow", days: ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], from: "06:00", to: "22:00", reason: "" },
            ])
          }
        >
          <IconPlus size={14} stroke={1.6} aria-hidden="true" />
          Window
        </button>
      </div>
      <Fields fields={FIRST} {...{ draft, published, shown, isOff }} />
      {clock === null ? null : (
        <Timeline
          windows={shown.guardRails.windows}
          published={published.guardRails.windows}
          cooldownMinutes={shown.guardRails.cooldownMinutes}
          maxPerHour={shown.guardRails.maxPerHour}
          migrations={migrations}
          clock={clock}
        />
      )}
      <WindowsEditor windows={shown.guardRails.windows} isOff={isOff} set={setWindows} />
      <details className="morerails">
        <summary className="f12 link">More guard rails and self-healing</summary>
        <Fields fields={MORE} {...{ draft, published, shown, isOff }} />
        <SelfHealing draft={draft} shown={shown} isOff={isOff} />
      </details>
    </section>
  );
}

interface FieldsProps extends Pick<RailsCardProps, "draft" | "published" | "shown" | "isOff"> {
  readonly fields: readonly Field[];
}

function Fields({ fields, draft, published, shown, isOff }: FieldsProps) {
  return (
    <div className="railfields">
      {fields.map(({ name, label, unit, per, min, max, step }) => {
        const isChanged = shown.guardRails[name] !== published.guardRails[name];
        const set = (value: number): void => {
          if (!Number.isFinite(value)) return;
          const kept = Math.min(max, Math.max(min, value)) * per;
          const rounded = per === 1 ? kept : Math.round(kept);
          draft.change((spec) => ({ ...spec, guardRails: { ...spec.guardRails, [name]: rounded } }));
        };
        return (
          <label key={name} className={isChanged ? "railfield changed" : "railfield"}>
            <span className="t2 f12 nw grow">{label}</span>
            <input
              type="number"
              min={min}
              max={max}
              step={step}
              value={shown.guardRails[name] / per}
              disabled={isOff}
              aria-label={`${label}, ${unit}`}
              onChange={(event) => set(event.target.valueAsNumber)}
            />
            <span className="t2 f12">{unit}</span>
          </label>
        );
      })}
    </div>
  );
}

function SelfHealing({ draft, shown, isOff }: Pick<RailsCardProps, "draft" | "shown" | "isOff">) {
  const { enabled, afterMs } = shown.selfHealing;
  const set = (change: Partial<Spec["selfHealing"]>): void =>
    draft.change((spec) => ({ ...spec, selfHealing: { ...spec.selfHealing, ...change } }));
  return (
    <div className="row g12 wrap">
      <label className="row g8">
        <input
          type="checkbox"
          className="check"
          checked={enabled}
          disabled={isOff}
          onChange={(event) => set({ enabled: event.target.checked })}
        />
        Place components without state again when their data centre is lost
      </label>
      <label className="railfield">
        <span className="t2 f12">Lost after</span>
        <input
          type="number"
          min={5}
          max={3_600}
          value={afterMs / 1_000}
          disabled={isOff || !enabled}
          aria-label="Lost after, s"
          onChange={(event) => {
            const seconds = event.target.valueAsNumber;
            if (Number.isFinite(seconds)) set({ afterMs: Math.min(3_600, Math.max(5, Math.round(seconds))) * 1_000 });
          }}
        />
        <span className="t2 f12">s unheard of</span>
      </label>
    </div>
  );
}
