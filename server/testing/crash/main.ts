import { existsSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { ABORT_POINTS, FORWARD_POINTS } from "../../orchestration/engine/fault-points.ts";
import { hasEnded, type MigrationRecord } from "../../orchestration/domain/migration.ts";
import { openMoves, until } from "../moves.ts";
import { TEST_PLACES, TestWorld } from "../test-world.ts";
import { isThere, kill, OTHERS, type Victim } from "./victims.ts";
import { startWriters } from "./writers.ts";

/**
 * Kills the orchestrator at each fault point, forward and on the abort path, and checks what must hold. `--plant <bug>` must
 * turn it red. `--processes` kills the gateway, the host, the source and the target instead, at each point forward where
 * they are there.
 */
const COMPONENT = "shop/store";
const PLACES = Object.keys(TEST_PLACES);
const STUCK_MS = 30_000;
/** A process that was killed is back within 10 s. */
const SERVES_WITHIN_MS = 10_000;
const ANSWERS_WITHIN_MS = 5_000;
const WRITERS = 16;
const argument = (name: string): string | null => {
  const at = process.argv.indexOf(name);
  return at < 0 ? null : (process.argv[at + 1] ?? null);
};

interface Fault {
  readonly victim: Victim;
  readonly point: string;
}

interface Totals {
  attempted: number;
  fired: number;
  lost: number;
  doubled: number;
  overlaps: number;
  stuck: number;
  wrongEnds: number;
  recoveriesMs: number[];
}

const totals: Totals = { attempted: 0, fired: 0, lost: 0, doubled: 0, overlaps: 0, stuck: 0, wrongEnds: 0, recoveriesMs: [] };
const world = await TestWorld.start({
  places: Object.values(TEST_PLACES),
  roundTrips: ["east,middle,20", "east,far,60", "middle,far,40"],
  components: [{ id: "store", kind: "db", stateful: "full" }],
  planted: argument("--plant"),
  // On a slow disk some write is on its way whenever a seal comes.
  slowDiskMs: 15,
});
const moves = openMoves(world.appUrl);
// The watch is not what is tested: half a second of it is enough to be killed in.
const guardRails = { watchMs: 500 };
await moves.apply([{ apiVersion: "geostitch.dev/v1", kind: "Policy", metadata: { name: "default" }, spec: { guardRails } }]);
try {
  const only = argument("--only");
  const points = [...FORWARD_POINTS, ...ABORT_POINTS].filter((point) => only === null || point.includes(only));
  const faults: Fault[] = process.argv.includes("--processes")
    ? OTHERS.flatMap((victim) =>
        points.filter((point) => FORWARD_POINTS.includes(point) && isThere(victim, point)).map((point) => ({ victim, point })),
      )
    : points.map((point) => ({ victim: "orchestrator", point }));
  for (const fault of faults) {
    const { line, serves } = await inject(fault);
    console.log(`${fault.victim.padEnd(13)}${fault.point.padEnd(32)} ${line}`);
    // A component that nobody can open again tells nothing about the next points.
    if (!serves) break;
  }
} finally {
  await moves.close();
  await world.stop();
}
report();

async function inject({ victim, point }: Fault): Promise<{ line: string; serves: boolean }> {
  totals.attempted += 1;
  const marker = world.marker(point);
  const mode = victim === "orchestrator" ? "" : "@still";
  let orchestrator = world.spawn("orchestrator", { GEOSTITCH_FAULT_POINT: `${point}@${marker}${mode}` });
  const from = await moves.placeOf(COMPONENT);
  await moves.untilHeard(PLACES.length, STUCK_MS);
  const to = PLACES[(PLACES.indexOf(from) + 1) % PLACES.length] ?? "east";
  const finish = startWriters({ gatewayUrl: world.wiring.gateway.url, path: `/${COMPONENT}`, count: WRITERS, everyMs: 1 });
  const owners = watchOwners();
  const { id } = await moves.request(COMPONENT, from, to);
  const aborting = point.startsWith("abort") ? abortWhenCopying(id) : Promise.resolve();
  await until(() => existsSync(marker) || orchestrator.exitCode !== null || orchestrator.signalCode !== null, STUCK_MS);
  const restartedMs = performance.now();
  let fired = existsSync(marker);
  if (victim === "orchestrator") {
    orchestrator.kill("SIGKILL");
    orchestrator = world.spawn("orchestrator");
  } else if (fired) fired = await kill(victim, marker, { world, moves, id });
  if (fired) totals.fired += 1;
  const ended = await moves.ended(id, STUCK_MS + 60_000);
  await aborting;
  const recoveryMs = performance.now() - restartedMs;
  if (ended) totals.recoveriesMs.push(recoveryMs);
  if (ended) await deliverLate(ended);
  const serves = await stillServes();
  if (!ended || !serves) totals.stuck += 1;
  if (ended?.state === "failed") totals.wrongEnds += 1;
  totals.overlaps += await owners.stop();
  const written = await finish();
  // What cannot be read back is stuck, not lost.
  if (serves) totals.lost += written.lost;
  totals.doubled += written.doubled;
  orchestrator.kill("SIGTERM");
  await new Promise((resolve) => orchestrator.once("exit", resolve));
  const line = `${fired ? "fired" : "NOT FIRED"}, ended ${ended?.state ?? "STUCK"}${serves ? "" : " AND SERVES NO MORE"} in ${(recoveryMs / 1000).toFixed(2)} s, ${written.acknowledged} acked, ${written.failed} failed, ${written.lost} lost, ${written.doubled} doubled`;
  return { line, serves };
}

/** Asks for the abort while there is something to take back and it is still possible. */
async function abortWhenCopying(id: string): Promise<void> {
  await until(async () => {
    const { step, state } = await moves.service.get(id);
    return hasEnded(state) || ["deploy", "pre-copy", "pause", "seal"].includes(step ?? "");
  }, STUCK_MS);
  await moves.abort(id);
}

/** What a deposed leader may still have had on its way: its seal, at the epoch that it knew, reaches the owner of today. */
async function deliverLate({ componentKey, epochFrom, id }: MigrationRecord): Promise<void> {
  const owner = await moves.database.prisma.instance.findFirst({
    where: { componentKey, desired: true, migrationId: null },
    orderBy: { epoch: "desc" },
  });
  if (!owner) return;
  const headers = {
    "geostitch-epoch": String(epochFrom),
    "geostitch-command-id": `${id}.late`,
    "geostitch-component": componentKey,
  };
  await world.askHost(`/v1/instances/${owner.name}/admin/geostitch/seal`, { method: "POST", headers });
}

/** A write of the component is answered; one that is held for good would show a copy that nobody opens again. */
async function stillServes(): Promise<boolean> {
  const url = `${world.wiring.gateway.url}/${COMPONENT}/carts/probe/items`;
  const headers = { "content-type": "application/json", "idempotency-key": `probe-${Date.now()}` };
  const body = JSON.stringify({ item: "probe", quantity: 1 });
  const ask = async (): Promise<boolean> => {
    const asked = fetch(url, { method: "POST", headers, body, signal: AbortSignal.timeout(ANSWERS_WITHIN_MS) });
    return (await asked.catch(() => null))?.ok ?? false;
  };
  return await until(ask, SERVES_WITHIN_MS);
}

/** Counts the moments at which more than one copy was open for writes; each is asked directly at its admin port. */
function watchOwners(): { stop(): Promise<number> } {
  const stopping = new AbortController();
  let overlaps = 0;
  const loop = (async () => {
    while (!stopping.signal.aborted) {
      const open = await openCopies().catch(() => 0);
      if (open > 1) overlaps += 1;
      await delay(25);
    }
  })();
  return {
    stop: async () => {
      stopping.abort();
      await loop;
      return overlaps;
    },
  };
}

async function openCopies(): Promise<number> {
  // The service port tells without being a command: a copy that is not open refuses to read.
  const answers = await Promise.all(
    (await world.instances()).map(
      async ({ port }) => (await fetch(`http://127.0.0.1:${port ?? 0}/carts/nobody`).catch(() => null))?.status === 200,
    ),
  );
  return answers.filter(Boolean).length;
}

function report(): void {
  const sorted = [...totals.recoveriesMs].sort((a, b) => a - b);
  const at = (share: number): string =>
    ((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0) / 1000).toFixed(2);
  const share = totals.attempted === 0 ? 0 : (totals.fired / totals.attempted) * 100;
  console.log(
    `${totals.fired} faults injected (fired/attempted = ${share.toFixed(share === 100 ? 0 : 1)} %), ${totals.lost} acked writes lost, ${totals.doubled} dup effects, ${totals.overlaps} intervals with 2 writable owners, ${totals.stuck} stuck (non-terminal > 30 s), recovery p50/p99/max ${at(0.5)}/${at(0.99)}/${at(1)} s`,
  );
  const bad =
    totals.fired !== totals.attempted || totals.lost + totals.doubled + totals.overlaps + totals.stuck + totals.wrongEnds > 0;
  process.exitCode = bad ? 1 : 0;
}
