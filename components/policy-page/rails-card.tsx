"use client";

import { IconPlus } from "@tabler/icons-react";
import type { MigrationDto } from "../../server/api/shapes/index.ts";
import type { Spec } from "./draft.ts";
import type { WorldClock } from "./prepare-timeline.ts";
import { FIRST_RAILS, MORE_RAILS, railValue, type RailField, type Rails } from "./rails-prepare.ts";
import { Timeline } from "./timeline.tsx";
import type { Draft } from "./use-draft.ts";
import { WindowsEditor } from "./windows-editor.tsx";

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
      <Fields fields={FIRST_RAILS} {...{ draft, published, shown, isOff }} />
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
        <Fields fields={MORE_RAILS} {...{ draft, published, shown, isOff }} />
        <SelfHealing draft={draft} shown={shown} isOff={isOff} />
      </details>
    </section>
  );
}

interface FieldsProps extends Pick<RailsCardProps, "draft" | "published" | "shown" | "isOff"> {
  readonly fields: readonly RailField[];
}

function Fields({ fields, draft, published, shown, isOff }: FieldsProps) {
  return (
    <div className="railfields">
      {fields.map((field) => {
        const { name, label, unit, per, min, max, step } = field;
        const isChanged = shown.guardRails[name] !== published.guardRails[name];
        const set = (value: number): void => {
          if (!Number.isFinite(value)) return;
          draft.change((spec) => ({ ...spec, guardRails: { ...spec.guardRails, [name]: railValue(field, value) } }));
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
