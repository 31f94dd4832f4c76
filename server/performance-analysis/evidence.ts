import { cellToLatLng } from "h3-js";
import { emptyCounts } from "../kpi-intake/domain/histogram.ts";
import { addPacked, unpackCounts } from "../kpi-intake/domain/packed-counts.ts";
import { BUCKET_MS, bucketOf, kindOf, type Bucket, type Flow } from "./domain/bucket.ts";
import type { EvidenceReader, TrafficEvidence } from "./ports.ts";

/** How far back decisions look. */
export const EVIDENCE_MS = 15 * 60_000;
/** Rows of a bucket may still come in this long after its end: reports are sent every few seconds, and some are sent again. */
const LATE_MS = 40_000;
const FRESH_MS = 2_000;

/** Round trip in ms between a point and an entry's data centre, by distance. */
export type AccessMs = (point: { readonly latitude: number; readonly longitude: number }, entry: string) => number;

export interface EvidenceWindow {
  /** Buckets of the last quarter of an hour, oldest first; the newest is still filling. */
  read(now: Date, accessMs: AccessMs): Promise<readonly Bucket[]>;
}

/** Keeps the last quarter of an hour in memory and reads only what is new, or may have come late. */
export function createEvidenceWindow(reader: EvidenceReader): EvidenceWindow {
  let buckets = new Map<number, Bucket>();
  let readAtMs = Number.NEGATIVE_INFINITY;
  let pending: Promise<readonly Bucket[]> | null = null;
  const load = async (now: Date, accessMs: AccessMs): Promise<readonly Bucket[]> => {
    const firstMs = bucketOf(now.getTime() - EVIDENCE_MS);
    const fromMs = Math.max(firstMs, bucketOf(readAtMs - LATE_MS));
    const fresh = await readBuckets(reader, new Date(fromMs), new Date(bucketOf(now.getTime()) + BUCKET_MS), accessMs);
    const kept = [...buckets].filter(([atMs]) => atMs >= firstMs && atMs < fromMs);
    buckets = new Map([...kept, ...fresh]);
    readAtMs = now.getTime();
    return inOrder(buckets);
  };
  return {
    read: async (now, accessMs) => {
      if (pending) return await pending;
      const ageMs = now.getTime() - readAtMs;
      if (ageMs >= 0 && ageMs < FRESH_MS) return inOrder(buckets);
      pending = load(now, accessMs);
      try {
        return await pending;
      } finally {
        pending = null;
      }
    },
  };
}

const inOrder = (buckets: ReadonlyMap<number, Bucket>): readonly Bucket[] =>
  [...buckets.values()].sort((a, b) => a.atMs - b.atMs);

async function readBuckets(reader: EvidenceReader, from: Date, to: Date, accessMs: AccessMs): Promise<Map<number, Bucket>> {
  const [traffic, instances, links] = await Promise.all([
    reader.traffic(from, to),
    reader.instances(from, to),
    reader.links(from, to),
  ]);
  const by = <T extends { readonly at: Date }>(rows: readonly T[]): Map<number, T[]> =>
    Map.groupBy(rows, ({ at }) => bucketOf(at.getTime()));
  const [flows, uses, pairs] = [by(traffic), by(instances), by(links)];
  const times = new Set([...flows.keys(), ...uses.keys(), ...pairs.keys()]);
  return new Map(
    [...times].map((atMs): [number, Bucket] => [
      atMs,
      {
        atMs,
        flows: addUp(flows.get(atMs) ?? [], accessMs),
        instances: (uses.get(atMs) ?? []).map((use) => ({ ...use, counts: unpackCounts(use.counts) })),
        links: pairs.get(atMs) ?? [],
      },
    ]),
  );
}

/** The rows of one bucket, one flow a kind: thousands of rows of a request or two each become a hundred flows. */
function addUp(rows: readonly TrafficEvidence[], accessMs: AccessMs): Flow[] {
  const kinds = Map.groupBy(rows, ({ isUser: user, ...row }) => kindOf({ ...row, user }));
  return [...kinds.values()].flatMap((same): Flow[] => {
    const [first] = same;
    if (!first) return [];
    const { component, entry, dataCenter, isUser: user, region } = first;
    const counts = emptyCounts();
    let [requests, errors, access] = [0, 0, 0];
    for (const row of same) {
      addPacked(counts, row.counts);
      requests += row.requests;
      errors += row.errors;
      access += user && row.cell !== null ? row.requests * accessMs(centreOf(row.cell), entry) : 0;
    }
    const mean = requests === 0 ? 0 : access / requests;
    return [{ component, entry, dataCenter, user, region, accessMs: mean, requests, errors, counts }];
  });
}

const centres = new Map<string, { latitude: number; longitude: number }>();

/** Cells are few and never move: each is computed once. */
function centreOf(cell: string): { latitude: number; longitude: number } {
  const known = centres.get(cell);
  if (known) return known;
  const [latitude, longitude] = cellToLatLng(cell);
  const centre = { latitude, longitude };
  centres.set(cell, centre);
  return centre;
}
