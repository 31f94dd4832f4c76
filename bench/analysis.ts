import { setTimeout as delay } from "node:timers/promises";
import { Agent, request } from "undici";
import type { Breach } from "../server/performance-analysis/domain/breach.ts";
import { composeOwnPlanning } from "../server/processes/planning-parts.ts";
import { openMoves } from "../server/testing/moves.ts";
import { TEST_PLACES, TestWorld } from "../server/testing/test-world.ts";
import { median } from "./statistics.ts";

/**
 * Plants faults in a world of real processes (a slow link, requests that eat CPU, a burst of failures, users who go elsewhere, a
 * place without room) and tells how soon and how surely the analysis names each. `--rounds N` (default 3), `--verbose`.
 */
const argument = (name: string): string | null => process.argv[process.argv.indexOf(name) + 1] ?? null;
const ROUNDS = process.argv.includes("--rounds") ? Number(argument("--rounds")) : 3;
const VERBOSE = process.argv.includes("--verbose");
const SHARE_MIN = 0.9;
const DETECTED_WITHIN_MS = 30_000;
const CALM_MS = 60_000;
const HEALED_WITHIN_MS = 90_000;
const COMPONENT = "shop/front";
/** Addresses that the place lookup puts near each of the three places. */
const USERS = { east: "3.80.0.1", middle: "18.184.0.1", far: "159.220.161.10" } as const;
type Place = keyof typeof USERS;
/** Kinds of the planted faults. What users feel of them is found, too, and is no false alarm: it is left out here. */
const KINDS = ["link", "cpu", "error-rate", "users-moved", "place-full"] as const;
type Kind = (typeof KINDS)[number];

const world = await TestWorld.start({
  places: [TEST_PLACES.east, TEST_PLACES.middle, TEST_PLACES.far],
  roundTrips: ["east,middle,92", "east,far,237", "middle,far,160"],
  components: [{ id: "front", kind: "service", cpu_request_m: 200 }],
});
for (const name of ["intake", "orchestrator"]) world.spawn(name);
const moves = openMoves(world.appUrl);
const { looks } = composeOwnPlanning({ database: moves.database, worldSpeed: 1 });
const agents = Object.fromEntries(
  (Object.keys(USERS) as Place[]).map((place, index) => [
    place,
    new Agent({ connections: 32, localAddress: `127.66.8.${index + 2}` }),
  ]),
);
const rates: Record<Place, number> = { east: 16, middle: 8, far: 1 };
/** What a share of the requests asks for, beside an answer. */
let asked: { readonly query: string; readonly share: number } = { query: "", share: 0 };
const found: { readonly kind: string; readonly subject: string; readonly atMs: number }[] = [];
const windows: { readonly kind: Kind; readonly fromMs: number; untilMs: number }[] = [];
const delays = new Map<Kind, (number | null)[]>();
let isRunning = true;
let open = new Set<string>();

/** An open loop: each place's users send when it is time, whatever became of the last request. */
async function users(place: Place): Promise<void> {
  for (let dueMs = performance.now(); isRunning; dueMs += 1_000 / rates[place]) {
    const waitMs = dueMs - performance.now();
    if (waitMs > 0) await delay(waitMs);
    else if (waitMs < -2_000) dueMs = performance.now();
    const query = Math.random() < asked.share ? asked.query : "";
    void request(`${world.wiring.gateway.url}/${COMPONENT}/${query}`, {
      ...(agents[place] ? { dispatcher: agents[place] } : {}),
      headers: { "x-forwarded-for": USERS[place] },
      signal: AbortSignal.timeout(20_000),
    })
      .then((answer) => answer.body.dump())
      .catch(() => undefined);
  }
}

const nameOf = ({ kind, subject }: Pick<Breach, "kind" | "subject">): string => `${kind} ${subject}`;

/** Asks the analysis each second, as the orchestrator does every few; a breach counts from when it is first said. */
async function watch(): Promise<void> {
  while (isRunning) {
    const { breaches } = await looks.fresh();
    const counted = breaches.filter(({ kind }) => (KINDS as readonly string[]).includes(kind));
    for (const { kind, subject } of counted.filter((breach) => !open.has(nameOf(breach)))) {
      found.push({ kind, subject, atMs: performance.now() });
      if (VERBOSE) console.log(`found ${kind} of ${subject}`);
    }
    open = new Set(counted.map(nameOf));
    await delay(1_000);
  }
}

interface Fault {
  readonly kind: Kind;
  readonly plant: () => Promise<void> | void;
  readonly heal: () => Promise<void> | void;
}

const slowLink = (extraMs: number): Promise<unknown> => {
  const { controlUrl = "", token = "" } = world.wiring.lab ?? {};
  const body = JSON.stringify({ from: "east", to: "middle", extraMs });
  return fetch(`${controlUrl}/v1/links`, { method: "PUT", headers: { authorization: `Bearer ${token}` }, body });
};
const setRates = (next: Readonly<Record<Place, number>>): void => void Object.assign(rates, next);
const setRoom = async (cpu: string): Promise<void> => {
  const { name, country, latitude, longitude } = TEST_PLACES.east;
  const spec = { location: { latitude, longitude, country }, capacity: { cpu, memory: "16Gi", storage: "64Gi" } };
  await moves.apply([{ apiVersion: "geostitch.dev/v1", kind: "DataCenter", metadata: { name }, spec }]);
};
const FAULTS: readonly Fault[] = [
  { kind: "link", plant: () => slowLink(120).then(() => undefined), heal: () => slowLink(0).then(() => undefined) },
  {
    kind: "cpu",
    plant: () => void (asked = { query: "?cpuMs=120", share: 0.25 }),
    heal: () => void (asked = { query: "", share: 0 }),
  },
  {
    kind: "error-rate",
    plant: () => void (asked = { query: "?fail", share: 0.2 }),
    heal: () => void (asked = { query: "", share: 0 }),
  },
  {
    kind: "users-moved",
    plant: () => setRates({ east: 1, middle: 8, far: 16 }),
    heal: () => setRates({ east: 16, middle: 8, far: 1 }),
  },
  { kind: "place-full", plant: () => setRoom("200m"), heal: () => setRoom("8") },
];

async function untilOr(check: () => boolean, withinMs: number): Promise<boolean> {
  for (const deadline = performance.now() + withinMs; performance.now() < deadline;) {
    if (check()) return true;
    await delay(200);
  }
  return check();
}

async function rehearse({ kind, plant, heal }: Fault): Promise<void> {
  const window = { kind, fromMs: performance.now(), untilMs: Number.POSITIVE_INFINITY };
  windows.push(window);
  await plant();
  const seen = (): number | undefined => found.find((one) => one.kind === kind && one.atMs >= window.fromMs)?.atMs;
  await untilOr(() => seen() !== undefined, DETECTED_WITHIN_MS + 15_000);
  const atMs = seen();
  const tookMs = atMs === undefined ? null : atMs - window.fromMs;
  delays.set(kind, [...(delays.get(kind) ?? []), tookMs]);
  console.log(`${kind}: ${tookMs === null ? "not found" : `found after ${(tookMs / 1000).toFixed(1)} s`}`);
  await heal();
  // Users who come back have moved as well: that is no false alarm, and it is over when the reference has seen it.
  const clear = (): boolean => ![...open].some((name) => name.startsWith(`${kind} `));
  await untilOr(clear, HEALED_WITHIN_MS);
  window.untilMs = performance.now() + (kind === "users-moved" ? CALM_MS : 10_000);
  await delay(kind === "users-moved" ? CALM_MS : 10_000);
}

try {
  await moves.untilHeard(3, 60_000);
  await moves.placeOf(COMPONENT);
  for (const place of Object.keys(USERS) as Place[]) void users(place);
  await delay(CALM_MS);
  void watch().catch((error: unknown) => console.error(error));
  console.log(`${ROUNDS} rounds of ${FAULTS.length} faults; the calm before them takes ${CALM_MS / 1000} s`);
  await delay(CALM_MS);
  for (let round = 0; round < ROUNDS; round += 1) for (const fault of FAULTS) await rehearse(fault);
} finally {
  isRunning = false;
  await delay(1_500);
  await moves.close();
  await world.stop();
}

const planted = [...delays.values()].flat();
const detected = planted.filter((tookMs) => tookMs !== null && tookMs <= DETECTED_WITHIN_MS);
const falseAlarms = found.filter(
  ({ kind, atMs }) => !windows.some((one) => one.kind === kind && atMs >= one.fromMs && atMs <= one.untilMs),
);
const truly = found.length - falseAlarms.length;
const recall = detected.length / planted.length;
const precision = found.length === 0 ? 0 : truly / found.length;
for (const [kind, list] of delays) {
  const known = list.filter((tookMs) => tookMs !== null);
  console.log(
    `${kind}: ${known.length} of ${list.length}, median ${(median(known) / 1000).toFixed(1)} s, longest ${(Math.max(...known) / 1000).toFixed(1)} s`,
  );
}
for (const { kind, subject } of falseAlarms) console.log(`false alarm: ${kind} of ${subject}`);
console.log(
  `analysis: ${planted.length} faults planted, ${detected.length} found within ${DETECTED_WITHIN_MS / 1000} s; recall ${recall.toFixed(2)}, precision ${precision.toFixed(2)} (asked: ${SHARE_MIN} each)`,
);
process.exit(recall >= SHARE_MIN && precision >= SHARE_MIN ? 0 : 1);
