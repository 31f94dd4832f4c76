import type { ConnectivityDto, PairDto } from "../../server/api/shapes/index.ts";
import { milliseconds, number, percent, signed } from "../ui/format.ts";
import { LATENCY_LIMITS_MS } from "../world-map/latency-bins.ts";

export const MEASURES = ["measured", "given", "difference", "jitter", "loss", "throughput"] as const;
export type Measure = (typeof MEASURES)[number];

interface MeasureFacts {
  readonly label: string;
  /** What the colours stand for, with the unit. */
  readonly legend: string;
  readonly unit: string;
  readonly of: (pair: PairDto) => number | null;
  /** Where one colour ends and the next begins; `diverging` has its middle at zero. */
  readonly limits: readonly number[];
  readonly scale: "latency" | "diverging";
  /** More is better: the colours run the other way. */
  readonly isReversed?: true;
}

const DIFFERENCE_LIMITS_MS = [-20, -5, -1, 1, 5, 20] as const;

export const MEASURE_FACTS: Readonly<Record<Measure, MeasureFacts>> = {
  measured: {
    label: "Measured",
    legend: "Round trip p50, measured, ms",
    unit: "ms",
    of: ({ measured }) => measured?.rttMsP50 ?? null,
    limits: LATENCY_LIMITS_MS,
    scale: "latency",
  },
  given: {
    label: "Given",
    legend: "Round trip as manifests give it, ms",
    unit: "ms",
    of: ({ givenRttMs }) => givenRttMs,
    limits: LATENCY_LIMITS_MS,
    scale: "latency",
  },
  difference: {
    label: "Difference",
    legend: "Measured less given, ms",
    unit: "ms",
    of: (pair) => differenceOf(pair),
    limits: DIFFERENCE_LIMITS_MS,
    scale: "diverging",
  },
  jitter: {
    label: "Jitter",
    legend: "Mean change from probe to probe, ms",
    unit: "ms",
    of: ({ measured }) => measured?.jitterMs ?? null,
    limits: [0.25, 0.5, 1, 2, 5, 10],
    scale: "latency",
  },
  loss: {
    label: "Loss",
    legend: "Probes that did not come back, %",
    unit: "%",
    of: ({ measured }) => (measured ? measured.lossShare * 100 : null),
    limits: [0.1, 0.5, 1, 2, 5, 10],
    scale: "latency",
  },
  throughput: {
    label: "Throughput",
    legend: "Of real transfers, Mbit/s",
    unit: "Mbit/s",
    of: ({ measured }) => measured?.throughputMbps ?? null,
    limits: [10, 25, 50, 100, 250, 500],
    scale: "latency",
    isReversed: true,
  },
};

export const differenceOf = ({ measured, givenRttMs }: PairDto): number | null =>
  measured === null || givenRttMs === null ? null : measured.rttMsP50 - givenRttMs;

/** 1..7: the colour of a value. */
export function binOf(measure: Measure, value: number): number {
  const { limits, isReversed } = MEASURE_FACTS[measure];
  const bin = 1 + limits.filter((limit) => value >= limit).length;
  return isReversed ? 8 - bin : bin;
}

export interface Cell {
  readonly from: string;
  readonly to: string;
  /** Null on the diagonal. */
  readonly pair: PairDto | null;
  readonly value: number | null;
  readonly text: string;
  /** 1..7; null where nothing is known. */
  readonly bin: number | null;
}

export interface Matrix {
  /** Near ones beside each other, so that a region is a square along the diagonal. */
  readonly names: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

const keyOf = (from: string, to: string): string => `${from}>${to}`;

export function matrixOf({ dataCenters, pairs }: ConnectivityDto, measure: Measure): Matrix {
  const byKey = new Map(pairs.map((pair) => [keyOf(pair.from, pair.to), pair]));
  const names = byNearness(dataCenters, (from, to) => byKey.get(keyOf(from, to))?.rttMs ?? Number.POSITIVE_INFINITY);
  const { of } = MEASURE_FACTS[measure];
  return {
    names,
    rows: names.map((from) =>
      names.map((to): Cell => {
        const pair = byKey.get(keyOf(from, to)) ?? null;
        const value = from === to || !pair ? null : of(pair);
        return {
          from,
          to,
          pair: from === to ? null : pair,
          value,
          text: value === null ? "" : cellText(measure, value),
          bin: value === null ? null : binOf(measure, value),
        };
      }),
    ),
  };
}

function cellText(measure: Measure, value: number): string {
  if (measure === "difference") return signed(Math.abs(value) < 10 ? Math.round(value * 10) / 10 : Math.round(value));
  return number(value >= 10 ? Math.round(value) : Math.round(value * 10) / 10);
}

/** A chain from each place to the nearest that is not in it yet, begun at the place that is farthest from all others. */
function byNearness(names: readonly string[], rtt: (from: string, to: string) => number): readonly string[] {
  const sum = (name: string): number =>
    names.reduce((total, other) => total + (name === other ? 0 : Math.min(rtt(name, other), 10_000)), 0);
  const left = [...names].sort((a, b) => sum(b) - sum(a) || a.localeCompare(b));
  const chain: string[] = [];
  for (let next = left.shift(); next !== undefined;) {
    chain.push(next);
    const from = next;
    left.sort((a, b) => rtt(from, a) - rtt(from, b) || a.localeCompare(b));
    next = left.shift();
  }
  return chain;
}

/** What an arrow key selects, from a cell by row and column; it stops at the edges. */
export function stepInGrid(
  key: string,
  { row, column, size }: { row: number; column: number; size: number },
): { row: number; column: number } | null {
  const within = (index: number): number => Math.max(0, Math.min(size - 1, index));
  switch (key) {
    case "ArrowUp":
      return { row: within(row - 1), column };
    case "ArrowDown":
      return { row: within(row + 1), column };
    case "ArrowLeft":
      return { row, column: within(column - 1) };
    case "ArrowRight":
      return { row, column: within(column + 1) };
    case "Home":
      return { row, column: 0 };
    case "End":
      return { row, column: size - 1 };
    default:
      return null;
  }
}

/** Pairs whose measured round trip is farthest from what their manifest gives, those first. */
export function mostDifferent(pairs: readonly PairDto[], max: number): readonly { pair: PairDto; differenceMs: number }[] {
  return pairs
    .flatMap((pair) => {
      const differenceMs = differenceOf(pair);
      return differenceMs === null ? [] : [{ pair, differenceMs }];
    })
    .sort((a, b) => Math.abs(b.differenceMs) - Math.abs(a.differenceMs) || a.pair.from.localeCompare(b.pair.from))
    .slice(0, max);
}

const FROM_WORDS = {
  measured: "measured by agents",
  given: "as its manifest gives it",
  estimated: "estimated from the distance",
} as const;

/** Facts of one pair, in the order in which they are asked for. */
export function pairFacts(pair: PairDto, back: PairDto | null): readonly (readonly [label: string, value: string])[] {
  const { measured } = pair;
  const there = measured?.rttMsP50 ?? null;
  const again = back?.measured?.rttMsP50 ?? null;
  return [
    ["Used for decisions", `${milliseconds(pair.rttMs)}, ${FROM_WORDS[pair.rttFrom]}`],
    ["Measured p50, p95", measured ? `${milliseconds(measured.rttMsP50)}, ${milliseconds(measured.rttMsP95)}` : "not measured"],
    ["Least", milliseconds(measured?.rttMsMin)],
    ["Given", milliseconds(pair.givenRttMs)],
    ["Estimated", milliseconds(pair.estimatedRttMs)],
    [
      "Asymmetry",
      there === null || again === null ? "–" : `${signed(Math.round((there - again) * 10) / 10)} ms against the way back`,
    ],
    ["Jitter", milliseconds(measured?.jitterMs)],
    ["Loss", percent(measured?.lossShare)],
    ["Throughput", measured?.throughputMbps === null || !measured ? "–" : `${number(measured.throughputMbps)} Mbit/s`],
    ["Probes", number(measured?.probes)],
    ["Traffic", pair.requestsPerSecond === null ? "–" : `${number(pair.requestsPerSecond)} req/s`],
    ["Egress", pair.egressUsdPerGiB === null ? "–" : `${number(pair.egressUsdPerGiB)} $/GiB`],
    ["Driver", pair.driver],
  ];
}
