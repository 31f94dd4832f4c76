import { setTimeout as delay } from "node:timers/promises";
import { openMoves, type Moves } from "../server/testing/moves.ts";
import { TestWorld } from "../server/testing/test-world.ts";
import { median, quantile } from "./statistics.ts";
import { startSteadyClients, type Sample } from "./steady-clients.ts";

/**
 * Moves a component back and forth between two places about 100 ms apart while clients send 100 requests/s, and tells what
 * the clients saw. `--moves N` (default 50), `--only cart|stateless`, `--verbose`.
 */
const argument = (name: string): string | null => {
  const at = process.argv.indexOf(name);
  return at < 0 ? null : (process.argv[at + 1] ?? null);
};
const MOVES = Number(argument("--moves") ?? 50);
const VERBOSE = process.argv.includes("--verbose");
const REQUESTS_PER_SECOND = 100;
const ROUND_TRIP_MS = 100;
const BASELINE_MS = 2_000;
const MOVE_WITHIN_MS = 60_000;
const TARGET_P50_MS = 300;
const TARGET_P99_MS = 1_000;
const PLACES = ["virginia", "frankfurt"] as const;
/** Ten clients near each place: addresses that the country-level lookup resolves to the United States and to Germany. */
const ADDRESSES = [
  ...Array.from({ length: 10 }, (_, index) => `3.80.0.${index + 1}`),
  ...Array.from({ length: 10 }, (_, index) => `18.184.0.${index + 1}`),
];

interface Case {
  readonly title: string;
  readonly component: string;
  readonly documents: boolean;
}

const CASES: readonly Case[] = [
  { title: "cart", component: "shop/cart", documents: true },
  { title: "stateless", component: "shop/front", documents: false },
].filter(({ title }) => (argument("--only") ?? title) === title);

const world = await TestWorld.start({
  places: [
    { name: "virginia", latitude: 39.04, longitude: -77.49, country: "US" },
    { name: "frankfurt", latitude: 50.11, longitude: 8.68, country: "DE" },
  ],
  roundTrips: [`virginia,frankfurt,${ROUND_TRIP_MS}`],
  components: [
    { id: "cart", kind: "db", stateful: "full" },
    { id: "front", kind: "service" },
  ],
});
world.spawn("orchestrator");
const moves = openMoves(world.appUrl);
let isBelowTarget = true;
try {
  const guardRails = { watchMs: 0 };
  await moves.apply([{ apiVersion: "geostitch.dev/v1", kind: "Policy", metadata: { name: "default" }, spec: { guardRails } }]);
  await moves.untilHeard(PLACES.length, MOVE_WITHIN_MS);
  for (const entry of CASES) isBelowTarget = (await measure(entry, moves)) && isBelowTarget;
} finally {
  await moves.close();
  await world.stop();
}
process.exitCode = isBelowTarget ? 0 : 1;

interface Window {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly to: string;
  readonly state: string;
  readonly receiptPauseMs: number | null;
}

async function measure({ title, component, documents }: Case, ordered: Moves): Promise<boolean> {
  await ordered.placeOf(component);
  const gatewayUrl = world.wiring.gateway.url;
  const clients = startSteadyClients({
    gatewayUrl,
    path: `/${component}`,
    documents,
    requestsPerSecond: REQUESTS_PER_SECOND,
    addresses: ADDRESSES,
  });
  await delay(BASELINE_MS * 2);
  const windows: Window[] = [];
  for (let count = 0; count < MOVES; count += 1) {
    windows.push(await moveOnce(component, ordered));
    await delay(BASELINE_MS);
    if (VERBOSE) console.log(describeLast(windows, clients.samples));
  }
  const history = await clients.finish();
  return report(title, { windows, samples: clients.samples, history, documents });
}

async function moveOnce(component: string, ordered: Moves): Promise<Window> {
  const from = await ordered.placeOf(component);
  const to = from === PLACES[0] ? PLACES[1] : PLACES[0];
  const fromMs = performance.now();
  const { id } = await ordered.request(component, from, to);
  const ended = await ordered.ended(id, MOVE_WITHIN_MS);
  if (VERBOSE && ended)
    console.log(
      ended.steps
        .map(({ name, startedAt, endedAt }) => `${name} ${startedAt && endedAt ? endedAt.getTime() - startedAt.getTime() : "-"}`)
        .join(", "),
    );
  return {
    fromMs,
    untilMs: performance.now(),
    to,
    state: ended?.state ?? "stuck",
    receiptPauseMs: ended?.pauseMs ?? null,
  };
}

/** What each client usually waits for an answer from each place, outside of moves. */
function baselines(windows: readonly Window[], samples: readonly Sample[]): Map<string, number> {
  const quiet = samples.filter(
    ({ ok, dueMs }) => ok && !windows.some(({ fromMs, untilMs }) => dueMs >= fromMs - 200 && dueMs <= untilMs + 200),
  );
  const grouped = Map.groupBy(quiet, ({ client, place }) => `${client}>${place ?? ""}`);
  return new Map([...grouped].map(([key, group]) => [key, median(group.map(({ waitedMs }) => waitedMs))]));
}

/** The longest that any client waited during a move, over what it usually waits for the place that answered. */
function longestGapMs({ fromMs, untilMs }: Window, samples: readonly Sample[], usual: ReadonlyMap<string, number>): number {
  const during = samples.filter(({ dueMs }) => dueMs >= fromMs && dueMs <= untilMs);
  const over = during.map(({ waitedMs, client, place }) => waitedMs - (usual.get(`${client}>${place ?? ""}`) ?? 0));
  return Math.max(0, ...over);
}

function describeLast(windows: readonly Window[], samples: readonly Sample[]): string {
  const last = windows.at(-1);
  if (!last) return "";
  const gapMs = longestGapMs(last, samples, baselines(windows, samples));
  const failed = samples
    .filter(({ ok, dueMs }) => !ok && dueMs >= last.fromMs)
    .map(
      ({ detail, dueMs, waitedMs }) => `+${(dueMs - last.fromMs).toFixed(0)} ms after ${waitedMs.toFixed(0)} ms ${detail ?? ""}`,
    );
  const failures = failed.length === 0 ? "" : `, failed: ${failed.slice(0, 3).join(" | ")}`;
  return `→ ${last.to}: ${last.state}, gap ${gapMs.toFixed(0)} ms, receipt ${last.receiptPauseMs ?? "-"} ms${failures}`;
}

interface Outcome {
  readonly windows: readonly Window[];
  readonly samples: readonly Sample[];
  readonly history: { acknowledged: number; lost: number; doubled: number; unexplained: number };
  readonly documents: boolean;
}

function report(title: string, { windows, samples, history, documents }: Outcome): boolean {
  const usual = baselines(windows, samples);
  const gaps = windows.map((window) => longestGapMs(window, samples, usual));
  const ordinary = samples.filter(({ ok, dueMs }) => ok && !windows.some((w) => dueMs >= w.fromMs && dueMs <= w.untilMs));
  // The same measure where nothing moves: how far the slowest of as many requests lies over its baseline anyhow.
  const noise = ordinary.map(({ waitedMs, client, place }) => waitedMs - (usual.get(`${client}>${place ?? ""}`) ?? 0));
  const failed = samples.filter(({ ok }) => !ok);
  const done = windows.filter(({ state }) => state === "succeeded").length;
  const at = (share: number): string => quantile(gaps, share).toFixed(0);
  console.log(
    `${title}: ${done} of ${windows.length} moves done, ${samples.length} requests at ${REQUESTS_PER_SECOND}/s, pair ${ROUND_TRIP_MS} ms apart`,
  );
  console.log(`  longest gap of any client over its baseline, per move: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, max ${at(1)} ms`);
  console.log(
    `  the same without a move (noise): p50 ${quantile(noise, 0.5).toFixed(0)} ms, p99.9 ${quantile(noise, 0.999).toFixed(0)} ms`,
  );
  const receipts = windows.flatMap(({ receiptPauseMs }) => (receiptPauseMs === null ? [] : [receiptPauseMs]));
  if (receipts.length > 0)
    console.log(
      `  pause in the receipts: p50 ${quantile(receipts, 0.5).toFixed(0)} ms, max ${quantile(receipts, 1).toFixed(0)} ms`,
    );
  console.log(
    `  ${failed.length} failed, ${history.lost} lost, ${history.doubled} doubled${documents ? `, ${history.acknowledged} acknowledged writes checked` : ""}`,
  );
  for (const { detail } of failed.slice(0, 3)) console.log(`  failed: ${detail ?? ""}`);
  const bad = failed.length + history.lost + history.doubled + history.unexplained + windows.length - done;
  const within = !documents || (quantile(gaps, 0.5) <= TARGET_P50_MS && quantile(gaps, 0.99) <= TARGET_P99_MS);
  return bad === 0 && within;
}
