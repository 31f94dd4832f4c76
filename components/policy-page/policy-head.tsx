"use client";

import { IconGitCompare, IconHistory, IconPencil, IconPlus } from "@tabler/icons-react";
import { percentsOf, PRESETS, sameWeights, withPreset } from "./draft.ts";
import { Options } from "../ui/options.tsx";
import { Glyph } from "../ui/status.tsx";
import type { Draft } from "./use-draft.ts";

interface PolicyHeadProps {
  readonly name: string;
  readonly names: readonly string[];
  readonly generation: number;
  readonly draft: Draft;
  readonly isComparing: boolean;
  readonly select: (name: string) => void;
  readonly toggleCompare: () => void;
  readonly openHistory: () => void;
  readonly openNew: () => void;
}

/** Which policy, what is live, what is drafted, and where to begin from. */
export function PolicyHead(props: PolicyHeadProps) {
  const { name, names, generation, draft, isComparing } = props;
  const count = draft.changes.length;
  return (
    <header className="polbar">
      <h1 className="f16 s">Policy</h1>
      <label className="row">
        <span className="sr">Whose policy</span>
        <select className="polselect" value={name} onChange={(event) => props.select(event.target.value)}>
          <Options of={names} />
        </select>
      </label>
      <button type="button" className="ctl ghost" onClick={props.openNew}>
        <IconPlus size={14} stroke={1.6} aria-hidden="true" />
        New policy for an application
      </button>
      <button type="button" className="chip" onClick={props.openHistory} aria-label={`${generation} live, open the history`}>
        <Glyph meaning="ok" />
        {generation} live
        <IconHistory size={13} stroke={1.6} aria-hidden="true" />
      </button>
      {count > 0 ? (
        <span className="chip plan">
          <IconPencil size={13} stroke={1.6} aria-hidden="true" />
          Draft, {count} {count === 1 ? "change" : "changes"}
        </span>
      ) : null}
      <span className="grow" />
      <Presets draft={draft} isOff={isComparing} />
      <button
        type="button"
        className="ctl"
        aria-pressed={isComparing}
        aria-keyshortcuts="C"
        disabled={count === 0}
        onClick={props.toggleCompare}
      >
        <IconGitCompare size={15} stroke={1.6} aria-hidden="true" />
        {isComparing ? "Back to the draft" : `Compare with ${generation}`} <kbd aria-hidden="true">C</kbd>
      </button>
    </header>
  );
}

function Presets({ draft, isOff }: { draft: Draft; isOff: boolean }) {
  return (
    <div className="row g8 presets">
      <span className="t2 f12">Presets</span>
      <div className="seg" role="group" aria-label="Presets">
        {PRESETS.map(({ name, weights }) => {
          const on = sameWeights(weights, percentsOf(draft.spec.weights));
          return (
            <button
              key={name}
              type="button"
              className={on ? "on" : ""}
              aria-pressed={on}
              disabled={isOff}
              onClick={() => draft.setWeights(withPreset(draft.weights, weights, draft.locks))}
            >
              {name}
            </button>
          );
        })}
      </div>
    </div>
  );
}
