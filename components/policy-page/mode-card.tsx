"use client";

import { IconBolt, IconBulb, IconEye, IconUserCheck, IconX } from "@tabler/icons-react";
import { useState } from "react";
import { MODES } from "../../server/component-registry/domain/manifest.ts";
import { Options } from "../ui/options.tsx";
import { AutoRun } from "./auto-run.tsx";
import type { Spec } from "./draft.ts";
import type { Draft } from "./use-draft.ts";

type Mode = Spec["mode"];

const WORDS: Readonly<Record<Mode, { readonly label: string; readonly effect: string; readonly icon: typeof IconEye }>> = {
  observe: { label: "Observe", effect: "Scores only, nothing is proposed", icon: IconEye },
  recommend: { label: "Recommend", effect: "Plans appear, nobody is asked", icon: IconBulb },
  approve: { label: "Approve", effect: "Each plan waits for a person", icon: IconUserCheck },
  auto: { label: "Auto", effect: "Runs inside the guard rails", icon: IconBolt },
};

interface ModeCardProps extends ModesProps {
  readonly policy: string;
}

interface ModesProps {
  readonly draft: Draft;
  readonly shown: Spec;
  readonly isOff: boolean;
  /** Components that the policy is for. */
  readonly components: readonly string[];
}

/** Who decides: nobody, a person, or the planner itself. */
export function ModeCard({ policy, draft, shown, isOff, components }: ModeCardProps) {
  return (
    <section className="polcard" aria-label="Mode">
      <h2 className="hd">Mode</h2>
      <fieldset className="modes" disabled={isOff}>
        <legend className="sr">Mode</legend>
        {MODES.map((mode) => {
          const { label, effect, icon: Icon } = WORDS[mode];
          return (
            <label key={mode} className={shown.mode === mode ? "on" : ""}>
              <Icon size={16} stroke={1.6} aria-hidden="true" />
              <span className="grow">
                <span className="m">{label}</span>
                <span className="t2 f12">{effect}</span>
              </span>
              <input
                type="radio"
                name="mode"
                value={mode}
                aria-label={label}
                checked={shown.mode === mode}
                onChange={() => draft.change((spec) => ({ ...spec, mode }))}
              />
            </label>
          );
        })}
      </fieldset>
      <AutoRun policy={policy} draft={draft.changes.length > 0 ? draft.spec : null} />
      <ComponentModes draft={draft} shown={shown} isOff={isOff} components={components} />
    </section>
  );
}

/** Components that are handled otherwise than the rest. */
function ComponentModes({ draft, shown, isOff, components }: ModesProps) {
  const own = Object.entries(shown.componentModes);
  const free = components.filter((component) => !(component in shown.componentModes));
  const [chosen, setChosen] = useState("");
  const component = free.includes(chosen) ? chosen : (free[0] ?? "");
  const set = (key: string, mode: Mode | null): void =>
    draft.change((spec) => {
      const rest = Object.fromEntries(Object.entries(spec.componentModes).filter(([name]) => name !== key));
      return { ...spec, componentModes: mode === null ? rest : { ...rest, [key]: mode } };
    });
  return (
    <div className="col g8">
      <h3 className="f12 t2">Modes of single components</h3>
      {own.map(([key, mode]) => (
        <div key={key} className="row g8">
          <span className="grow nw">{key}</span>
          <ModeSelect label={`Mode of ${key}`} value={mode} isOff={isOff} set={(next) => set(key, next)} />
          <button
            type="button"
            className="ctl ghost icon"
            disabled={isOff}
            aria-label={`${key} as the rest`}
            onClick={() => set(key, null)}
          >
            <IconX size={14} stroke={1.6} aria-hidden="true" />
          </button>
        </div>
      ))}
      {free.length === 0 ? null : (
        <div className="row g8">
          <select
            className="small grow"
            aria-label="Component"
            value={component}
            disabled={isOff}
            onChange={(event) => setChosen(event.target.value)}
          >
            <Options of={free} />
          </select>
          <button type="button" className="ctl" disabled={isOff} onClick={() => set(component, "approve")}>
            Add
          </button>
        </div>
      )}
    </div>
  );
}

function ModeSelect({ label, value, isOff, set }: { label: string; value: Mode; isOff: boolean; set: (mode: Mode) => void }) {
  return (
    <select
      className="small"
      aria-label={label}
      value={value}
      disabled={isOff}
      onChange={(event) => set(event.target.value as Mode)}
    >
      <Options of={MODES.map((mode) => [mode, WORDS[mode].label] as const)} />
    </select>
  );
}
