"use client";

import { IconLock, IconLockOpen2, IconMinus, IconPlus, IconRotate2 } from "@tabler/icons-react";
import type { KeyboardEvent } from "react";
import { signed } from "../ui/format.ts";
import { percentsOf, setWeight, TERMS, type Spec, type TermName } from "./draft.ts";
import { markInput } from "./timing.ts";
import type { Draft } from "./use-draft.ts";

interface WeightsCardProps {
  readonly draft: Draft;
  readonly published: Spec;
  /** What is shown: the draft's, or the published while somebody compares. */
  readonly shown: Spec;
  readonly isComparing: boolean;
}

/** What counts how much. Whatever is moved, the whole stays a hundred. */
export function WeightsCard({ draft, published, shown, isComparing }: WeightsCardProps) {
  const before = percentsOf(published.weights);
  const weights = percentsOf(shown.weights);
  const set = (term: TermName, value: number): void => {
    markInput();
    draft.setWeights(setWeight(draft.weights, term, value, draft.locks));
  };
  return (
    <section className="polcard weights" aria-label="Weights">
      <div className="row sb polhead">
        <h2 className="hd">
          Weights <span className="sub">always 100 %</span>
        </h2>
        <button
          type="button"
          className="ctl ghost"
          disabled={isComparing}
          aria-keyshortcuts="0"
          onClick={() => draft.setWeights(before)}
        >
          <IconRotate2 size={14} stroke={1.6} aria-hidden="true" />
          Reset <kbd aria-hidden="true">0</kbd>
        </button>
      </div>
      {TERMS.map(({ term, label, measures }) => (
        <WeightRowView
          key={term}
          label={label}
          measures={measures}
          value={weights[term]}
          before={before[term]}
          isLocked={draft.locks.has(term)}
          isOff={isComparing || draft.locks.has(term)}
          set={(value) => set(term, value)}
          toggleLock={() => draft.toggleLock(term)}
        />
      ))}
      <ThresholdRow draft={draft} published={published} shown={shown} isOff={isComparing} />
    </section>
  );
}

function ThresholdRow({ draft, published, shown, isOff }: { draft: Draft; published: Spec; shown: Spec; isOff: boolean }) {
  return (
    <WeightRowView
      label="Threshold"
      measures="below it a component is a candidate"
      value={shown.migrationThreshold}
      before={published.migrationThreshold}
      isLocked={null}
      isOff={isOff}
      set={(migrationThreshold) => {
        markInput();
        draft.change((spec) => ({ ...spec, migrationThreshold: Math.min(100, Math.max(0, migrationThreshold)) }));
      }}
    />
  );
}

interface RowProps {
  readonly label: string;
  readonly measures: string;
  readonly value: number;
  readonly before: number;
  /** Null: there is nothing to lock. */
  readonly isLocked: boolean | null;
  readonly isOff: boolean;
  readonly set: (value: number) => void;
  readonly toggleLock?: () => void;
}

function WeightRowView({ label, measures, value, before, isLocked, isOff, set, toggleLock }: RowProps) {
  const Lock = isLocked === true ? IconLock : IconLockOpen2;
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
    if (event.key === "0") set(before);
    else if (event.shiftKey && step !== undefined) set(value + 10 * step);
    else return;
    event.preventDefault();
  };
  return (
    <div className="wrow">
      <div className="row g8 wname">
        <span className="m">{label}</span>
        <span className="t2 f12 grow nw">{measures}</span>
        {isLocked === null ? null : (
          <button
            type="button"
            className="wlock"
            aria-pressed={isLocked}
            aria-label={`Lock ${label}`}
            title={isLocked ? "Locked: keeps its value" : "Lock: keep its value"}
            onClick={toggleLock}
          >
            <Lock size={14} stroke={1.6} aria-hidden="true" />
          </button>
        )}
      </div>
      <div className="row g8">
        <span className="wslide grow">
          <input
            type="range"
            min={0}
            max={100}
            step={1}
            value={value}
            disabled={isOff}
            aria-label={label}
            aria-keyshortcuts="0"
            style={{ "--at": `${value}%` } as React.CSSProperties}
            onKeyDown={onKeyDown}
            onChange={(event) => set(Number(event.target.value))}
          />
          {value === before ? null : <span className="wtick" style={{ left: `${before}%` }} title={`Published: ${before}`} />}
        </span>
        <span className="wchange t2 f12">{value === before ? "" : signed(value - before)}</span>
        <NumberStepper label={label} value={value} isOff={isOff} set={set} />
      </div>
    </div>
  );
}

interface StepperProps {
  readonly label: string;
  readonly value: number;
  readonly isOff: boolean;
  readonly set: (value: number) => void;
}

/** The same without dragging. */
function NumberStepper({ label, value, isOff, set }: StepperProps) {
  return (
    <span className="stepper" role="group" aria-label={`${label}, number`}>
      <button type="button" disabled={isOff} aria-label={`${label} less`} onClick={() => set(value - 1)}>
        <IconMinus size={12} stroke={1.8} aria-hidden="true" />
      </button>
      <input
        type="number"
        min={0}
        max={100}
        value={value}
        disabled={isOff}
        aria-label={`${label} in points`}
        onChange={(event) => set(Number(event.target.value))}
      />
      <button type="button" disabled={isOff} aria-label={`${label} more`} onClick={() => set(value + 1)}>
        <IconPlus size={12} stroke={1.8} aria-hidden="true" />
      </button>
    </span>
  );
}
