import type { Breach, Detector, DetectorInput } from "./breach.ts";
import { cpu } from "./detectors/cpu.ts";
import { errorRate } from "./detectors/error-rate.ts";
import { latency, userLatency } from "./detectors/latency.ts";
import { link } from "./detectors/link.ts";
import { placeFull } from "./detectors/place-full.ts";
import { usersMoved } from "./detectors/users-moved.ts";

const DETECTORS: readonly Detector[] = [errorRate, cpu, link, latency, userLatency, placeFull, usersMoved];

/** Everything that is wrong now, with since when, oldest first. */
export function findBreaches(input: DetectorInput): readonly Breach[] {
  return DETECTORS.flatMap((detect) => detect(input)).sort((a, b) => a.since.getTime() - b.since.getTime());
}
