"use client";

import { parseAsStringLiteral, useQueryState } from "nuqs";
import { Segmented } from "./segmented.tsx";

const NAMES = ["15m", "1h", "6h", "24h"] as const;
export type RangeName = (typeof NAMES)[number];

export interface TimeRange {
  readonly name: RangeName;
  readonly minutes: number;
  readonly words: string;
  /** Length of a step, where it should not be the server's choice. */
  readonly step?: number;
}

const RANGES: Readonly<Record<RangeName, TimeRange>> = {
  "15m": { name: "15m", minutes: 15, words: "last 15 min", step: 10 },
  "1h": { name: "1h", minutes: 60, words: "last 1 h" },
  "6h": { name: "6h", minutes: 360, words: "last 6 h" },
  "24h": { name: "24h", minutes: 1_440, words: "last 24 h" },
};

/** How far back a page looks, kept in its address. */
export function useRange(): readonly [TimeRange, (name: RangeName) => void] {
  const [name, setName] = useQueryState("range", parseAsStringLiteral(NAMES).withDefault("15m"));
  return [RANGES[name], (next) => void setName(next)];
}

export const RANGE_NAMES: readonly (readonly [RangeName, string])[] = NAMES.map((name) => [
  name,
  `L${RANGES[name].words.slice(1)}`,
]);

export function RangeSwitch() {
  const [range, setRange] = useRange();
  return (
    <Segmented
      label="How far back"
      value={range.name}
      onChange={setRange}
      options={[
        { value: "15m", label: "15 min" },
        { value: "1h", label: "1 h" },
        { value: "6h", label: "6 h" },
        { value: "24h", label: "24 h" },
      ]}
    />
  );
}

export const FIFTEEN_MINUTES = RANGES["15m"];
