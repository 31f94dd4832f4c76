import type { RegistrySnapshot } from "../component-registry/domain/registry.ts";
import type { Clock } from "../platform/clock.ts";
import type { Bucket } from "./domain/bucket.ts";
import type { Breach } from "./domain/breach.ts";
import { findBreaches } from "./domain/find-breaches.ts";
import { createEvidenceWindow, type AccessMs } from "./evidence.ts";
import type { EvidenceReader } from "./ports.ts";

export interface Analysis {
  /** What was measured in the last quarter of an hour, oldest first. */
  evidence(registry: RegistrySnapshot): Promise<readonly Bucket[]>;
  /** What is wrong now, with since when. */
  breaches(registry: RegistrySnapshot): Promise<readonly Breach[]>;
}

export interface AnalysisDeps {
  readonly reader: EvidenceReader;
  readonly clock: Clock;
  /** Round trip between a point and a data centre by distance, ms. */
  readonly accessMs: (registry: RegistrySnapshot) => AccessMs;
  /** Round trip of a link as given or estimated, ms. */
  readonly expectedRttMs: (registry: RegistrySnapshot) => (from: string, to: string) => number;
}

/** Reads what agents and gateways reported; everything that it says is a function of that, so any number of processes say the same. */
export function createAnalysis({ reader, clock, accessMs, expectedRttMs }: AnalysisDeps): Analysis {
  const window = createEvidenceWindow(reader);
  const evidence = (registry: RegistrySnapshot) => window.read(clock.now(), accessMs(registry));
  return {
    evidence,
    breaches: async (registry) =>
      findBreaches({ registry, buckets: await evidence(registry), now: clock.now(), expectedRttMs: expectedRttMs(registry) }),
  };
}
