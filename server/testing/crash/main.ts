import { existsSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { createRegistryService } from "../../component-registry/index.ts";
import { createRegistryStore } from "../../component-registry/store/registry-store.ts";
import { readRegistry } from "../../component-registry/store/records.ts";
import { ABORT_POINTS, FORWARD_POINTS } from "../../orchestration/engine/fault-points.ts";
import { hasEnded, type MigrationRecord } from "../../orchestration/domain/migration.ts";
import { createMigrationService, type MigrationService } from "../../orchestration/index.ts";
import { createMigrationStore } from "../../orchestration/store/migration-store.ts";
import { systemActor } from "../../platform/actor.ts";
import { systemClock } from "../../platform/clock.ts";
import { openDatabase, type Database } from "../../platform/db/client.ts";
import { newId } from "../../platform/ids.ts";
import { CrashWorld } from "./world.ts";
import { startWriters } from "./writers.ts";

/** Kills the orchestrator at each fault point, forward and on the abort path, and checks what must hold. `--plant <bug>` must turn it red. */
const COMPONENT = "shop/store";
const PLACES = ["east", "middle", "far"];
const STUCK_MS = 30_000;
const actor = systemActor("crash test");
const argument = (name: string): string | null => {
  const at = process.argv.indexOf(name);
  return at < 0 ? null : (process.argv[at + 1] ?? null);
};

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
const world = await CrashWorld.start(argument("--plant"));
const database = openDatabase(world.appUrl, { connectionsMax: 4 });
const service = createMigrationService({
  store: createMigrationStore(database, readRegistry),
  clock: systemClock,
  newId,
  wake: () => undefined,
});
const registry = createRegistryService({ store: createRegistryStore(database), clock: systemClock });
// The watch is not what is tested: half a second of it is enough to be killed in.
const policy = {
  apiVersion: "geostitch.dev/v1",
  kind: "Policy",
  metadata: { name: "default" },
  spec: { guardRails: { watchMs: 500 } },
};
await registry.apply({ manifests: [policy], dryRun: false, actor, requestId: null });
try {
  const only = argument("--only");
  const points = [...FORWARD_POINTS, ...ABORT_POINTS].filter((point) => only === null || point.includes(only));
  for (const point of points) {
    const line = await injectAt(point);
    console.log(`${point.padEnd(32)} ${line}`);
  }
} finally {
  await database.close();
  await world.stop();
}
report();

async function injectAt(point: string): Promise<string> {
  totals.attempted += 1;
  const marker = world.marker(point);
  let orchestrator = world.spawn("orchestrator", { GEOSTITCH_FAULT_POINT: `${point}@${marker}` });
  const from = await placeOf(database);
  await untilHeard(database);
  const to = PLACES[(PLACES.indexOf(from) + 1) % PLACES.length] ?? "east";
  const finish = startWriters({ gatewayUrl: world.wiring.gateway.url, path: `/${COMPONENT}`, count: 4, everyMs: 15 });
  const owners = watchOwners();
  const { id } = await requestUntilAccepted(service, from, to);
  const aborting = point.startsWith("abort") ? abortWhenCopying(id) : Promise.resolve();
  await until(() => existsSync(marker) || orchestrator.exitCode !== null || orchestrator.signalCode !== null, STUCK_MS);
  if (existsSync(marker)) totals.fired += 1;
  const restartedMs = performance.now();
  orchestrator.kill("SIGKILL");
  orchestrator = world.spawn("orchestrator");
  const ended = await untilEnded(id);
  await aborting;
  const recoveryMs = performance.now() - restartedMs;
  if (ended) totals.recoveriesMs.push(recoveryMs);
  else totals.stuck += 1;
  if (ended?.state === "failed") totals.wrongEnds += 1;
  totals.overlaps += await owners.stop();
  const written = await finish();
  totals.lost += written.lost;
  totals.doubled += written.doubled;
  orchestrator.kill("SIGTERM");
  await new Promise((resolve) => orchestrator.once("exit", resolve));
  return `${existsSync(marker) ? "fired" : "NOT FIRED"}, ended ${ended?.state ?? "STUCK"} in ${(recoveryMs / 1000).toFixed(2)} s, ${written.acknowledged} acked, ${written.failed} failed, ${written.lost} lost, ${written.doubled} doubled`;
}

async function placeOf(from: Database): Promise<string> {
  for (;;) {
    const row = await from.prisma.instance.findFirst({
      where: { componentKey: COMPONENT, desired: true, migrationId: null, state: "ready" },
    });
    if (row) return row.dataCenter;
    await delay(100);
  }
}

/** A move is refused while nobody has heard of its place: the new orchestrator needs a moment to listen. */
async function untilHeard(from: Database): Promise<void> {
  await until(
    async () =>
      (await from.prisma.dataCenter.count({ where: { lastSeenAt: { gt: new Date(Date.now() - 2_500) } } })) === PLACES.length,
    STUCK_MS,
  );
}

/** The last run's target may still be stopping: an order is given again until it is taken. */
async function requestUntilAccepted(migrations: MigrationService, from: string, to: string): Promise<MigrationRecord> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await migrations.request({ component: COMPONENT, from, to, reason: "crash test", actor, requestId: null });
    } catch (error) {
      if (tries > 100) throw error;
      await delay(100);
    }
  }
}

/** Asks for the abort while there is something to take back and it is still possible. */
async function abortWhenCopying(id: string): Promise<void> {
  await until(async () => {
    const { step, state } = await service.get(id);
    return hasEnded(state) || ["deploy", "pre-copy", "pause", "seal"].includes(step ?? "");
  }, STUCK_MS);
  await service.abort({ id, reason: "crash test", actor, requestId: null }).catch(() => undefined);
}

async function untilEnded(id: string): Promise<MigrationRecord | null> {
  const reached = await until(async () => hasEnded((await service.get(id)).state), STUCK_MS + 60_000);
  return reached ? await service.get(id) : null;
}

async function until(check: () => boolean | Promise<boolean>, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (performance.now() < deadline) {
    if (await check()) return true;
    await delay(20);
  }
  return false;
}

/** Counts the moments at which more than one copy was open for writes; each is asked directly at its admin port. */
function watchOwners(): { stop(): Promise<number> } {
  const { url, token } = world.wiring.host;
  const stopping = new AbortController();
  let overlaps = 0;
  const loop = (async () => {
    while (!stopping.signal.aborted) {
      const open = await openCopies(url, token).catch(() => 0);
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

async function openCopies(url: string, token: string): Promise<number> {
  const headers = { authorization: `Bearer ${token}`, "geostitch-epoch": String(Number.MAX_SAFE_INTEGER) };
  const list = (await (await fetch(`${url}/v1/instances`, { headers })).json()) as {
    items: { name: string; port: number | null }[];
  };
  // The service port tells without being a command: a copy that is not open refuses to read.
  const answers = await Promise.all(
    list.items.map(
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
