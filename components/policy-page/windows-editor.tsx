"use client";

import { IconTrash } from "@tabler/icons-react";
import { WEEKDAYS } from "../../server/component-registry/domain/manifest.ts";
import { Options } from "../ui/options.tsx";
import type { Window } from "./draft.ts";
import { clockWords } from "./prepare-timeline.ts";

interface WindowsEditorProps {
  readonly windows: readonly Window[];
  readonly isOff: boolean;
  readonly set: (windows: Window[]) => void;
}

/** The timeline as fields: every hour can be set without a pointer. */
export function WindowsEditor({ windows, isOff, set }: WindowsEditorProps) {
  if (windows.length === 0) return <p className="f12 t2">No window: moves may begin at any hour.</p>;
  const change = (index: number, next: Window | null): void =>
    set(windows.flatMap((window, at) => (at !== index ? [window] : next === null ? [] : [next])));
  return (
    <ul className="windows" aria-label="Change windows">
      {windows.map((window, index) => (
        <li key={index}>
          <WindowFields window={window} number={index + 1} isOff={isOff} set={(next) => change(index, next)} />
        </li>
      ))}
    </ul>
  );
}

interface FieldsProps {
  readonly window: Window;
  readonly number: number;
  readonly isOff: boolean;
  readonly set: (window: Window | null) => void;
}

function WindowFields({ window, number, isOff, set }: FieldsProps) {
  const { kind, days, from, to, reason } = window;
  const name = `window ${number}`;
  const toggleDay = (day: (typeof WEEKDAYS)[number]): void => {
    const next = WEEKDAYS.filter((one) => (one === day ? !days.includes(one) : days.includes(one)));
    if (next.length > 0) set({ ...window, days: next });
  };
  return (
    <fieldset className="row g8 wrap" disabled={isOff}>
      <legend className="sr">Window {number}</legend>
      <select
        className="small"
        aria-label={`Kind of ${name}`}
        value={kind}
        onChange={(event) => set({ ...window, kind: event.target.value as Window["kind"] })}
      >
        <option value="allow">Allow</option>
        <option value="deny">Deny</option>
      </select>
      <TimeField
        label={`From, ${name}`}
        value={from}
        set={(next) => (next === to ? undefined : set({ ...window, from: next }))}
      />
      <span className="t2 f12">to</span>
      <TimeField label={`To, ${name}`} value={to} set={(next) => (next === from ? undefined : set({ ...window, to: next }))} />
      <span className="seg" role="group" aria-label={`Days of ${name}`}>
        {WEEKDAYS.map((day) => (
          <button
            key={day}
            type="button"
            className={days.includes(day) ? "on" : ""}
            aria-pressed={days.includes(day)}
            onClick={() => toggleDay(day)}
          >
            {day}
          </button>
        ))}
      </span>
      <input
        className="small grow"
        aria-label={`Reason of ${name}`}
        placeholder="Reason"
        value={reason}
        maxLength={200}
        onChange={(event) => set({ ...window, reason: event.target.value })}
      />
      <button type="button" className="ctl ghost icon" aria-label={`Remove ${name}`} onClick={() => set(null)}>
        <IconTrash size={14} stroke={1.6} aria-hidden="true" />
      </button>
    </fieldset>
  );
}

/** A time of day ends at 24:00, which a browser's own field for times does not know. */
function TimeField({ label, value, set }: { label: string; value: string; set: (value: string) => void }) {
  const hours = Array.from({ length: 97 }, (_, index) => index * 15).map(clockWords);
  const options = hours.includes(value) ? hours : [...hours, value].sort();
  return (
    <select className="small" aria-label={label} value={value} onChange={(event) => set(event.target.value)}>
      <Options of={options} />
    </select>
  );
}
