import type { RegistrySnapshot } from "../../component-registry/domain/registry.ts";
import type { Bucket } from "./bucket.ts";
import { cusum } from "./cusum.ts";

export const BREACH_KINDS = ["latency", "user-latency", "error-rate", "cpu", "link", "place-full", "users-moved"] as const;
export type BreachKind = (typeof BREACH_KINDS)[number];

/** A finding: what is wrong, since when, by how much. */
export interface Breach {
  readonly kind: BreachKind;
  /** Component, link (`from/to`), region or data centre. */
  readonly subject: string;
  readonly component: string | null;
  readonly dataCenter: string | null;
  /** Of the users who feel it. */
  readonly region: string | null;
  readonly since: Date;
  readonly value: number;
  readonly limit: number;
  readonly message: string;
}

export interface DetectorInput {
  readonly registry: RegistrySnapshot;
  /** Oldest first. */
  readonly buckets: readonly Bucket[];
  readonly now: Date;
  /** Round trip as given or estimated, not as measured: what a measurement is held against. */
  readonly expectedRttMs: (from: string, to: string) => number;
}

export type Detector = (input: DetectorInput) => readonly Breach[];

/** One bucket's value, in units of how far it lies above what is allowed: 0 is on the limit, 1 one tolerance above it. */
export interface Excess {
  readonly atMs: number;
  readonly excess: number;
}

/** Values count up to `CAP` each, and half a tolerance is nobody's fault; two clear buckets are evidence, one is not. */
const SLACK = 0.5;
const CAP = 5;
const ALARM = 6;

/** Since when a series has been above its limit on evidence; null while it is not, or no longer. */
export function onsetOf(series: readonly Excess[]): Date | null {
  const last = series.at(-1);
  if (!last || last.excess <= 0) return null;
  const { sum, onset } = cusum(
    series.map(({ excess }) => Math.max(excess, -CAP)),
    { slack: SLACK, cap: CAP },
  );
  const first = onset === null ? undefined : series[onset];
  return first && sum >= ALARM ? new Date(first.atMs) : null;
}
