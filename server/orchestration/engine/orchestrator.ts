import { messageOf } from "../../platform/app-error.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Logger } from "../../platform/logger.ts";
import type { DeploymentDriver } from "../../deployment/index.ts";
import type { RoutingControl } from "../../routing-layer/index.ts";
import type { MigrationRecord } from "../domain/migration.ts";
import { admit } from "../domain/admit.ts";
import type { Freeze } from "../domain/freeze.ts";
import type { FaultHook } from "./fault-points.ts";
import { createAgentKeeper } from "./agents.ts";
import { createAnnouncer } from "./announcer.ts";
import { createCompanions } from "../domain/companions.ts";
import { createHealer } from "./healer.ts";
import { createInventory, isLeaseLost } from "./inventory.ts";
import { keepLease } from "./lease.ts";
import type { AgentStore, InventoryStore, Journal, LeaseStore, OwedOpenings, RouteStore } from "./ports.ts";
import { planningPass, type PlanningLoopDeps } from "./planning-loop.ts";
import { settlePlans } from "./settle-plans.ts";
import { createPublisher } from "./publisher.ts";
import { reopenSources } from "./reopener.ts";
import { runMigration, type RunnerDeps } from "./runner.ts";

export interface OrchestratorDeps {
  readonly holder: string;
  readonly leaseTtlMs: number;
  readonly lease: LeaseStore;
  readonly journal: Journal;
  readonly owed: OwedOpenings;
  readonly inventory: InventoryStore;
  readonly agents: AgentStore;
  readonly routes: RouteStore;
  readonly freeze: () => Promise<Freeze | null>;
  /** Ends a freeze whose time is over. */
  readonly thaw: () => Promise<void>;
  readonly driver: DeploymentDriver;
  readonly control: RoutingControl;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly newId: (prefix: string) => string;
  readonly internalGatewayUrl: string;
  readonly usualPlace: string | null;
  readonly rttMs: RunnerDeps["rttMs"];
  readonly serviceView: RunnerDeps["serviceView"];
  readonly entryTraffic: RunnerDeps["entryTraffic"];
  readonly betweenMs: RunnerDeps["betweenMs"];
  readonly egressUsdPerGiB: RunnerDeps["egressUsdPerGiB"];
  readonly planning: Omit<PlanningLoopDeps, "clock" | "logger" | "newId">;
  readonly fault: FaultHook;
  readonly onLeaseRenewed?: (seconds: number) => void;
}

export interface Orchestrator {
  /** Looks for work now instead of at the next tick. */
  wake(): void;
  /** The term in office, or null while another leads. */
  term(): number | null;
  stop(): Promise<void>;
}

/** Nothing may depend on being woken: everything is looked at again this often, which is also the periodic recovery. */
const TICK_MS = 500;

export function startOrchestrator(deps: OrchestratorDeps): Orchestrator {
  const controller = new AbortController();
  const shared: Shared = { term: null, wake: () => undefined };
  const leasing = keepLease({
    store: deps.lease,
    holder: deps.holder,
    ttlMs: deps.leaseTtlMs,
    clock: deps.clock,
    logger: deps.logger,
    ...(deps.onLeaseRenewed ? { onRenewed: deps.onLeaseRenewed } : {}),
    signal: controller.signal,
    lead: (term, signal) => {
      deps.logger.info({ term }, "this orchestrator leads");
      void lead(deps, shared, term, signal);
    },
  });
  return {
    wake: () => shared.wake(),
    term: () => shared.term,
    stop: async () => {
      controller.abort();
      await leasing;
    },
  };
}

interface Shared {
  term: number | null;
  wake: () => void;
}

/** One term in office: passes of the inventory, of the routes and of the migrations, each again and again. */
async function lead(deps: OrchestratorDeps, shared: Shared, term: number, signal: AbortSignal): Promise<void> {
  const bell = createBell(signal);
  shared.term = term;
  shared.wake = bell.ring;
  const publisher = createPublisher({ ...deps, term, routes: deps.routes });
  const inventory = createInventory({ ...deps, term, store: deps.inventory, onChange: bell.ring, signal });
  const keeper = createAgentKeeper({ ...deps, term, inventory });
  const announcer = createAnnouncer(deps.journal, deps.logger);
  const runner: RunnerDeps = {
    ...deps,
    term,
    publisher,
    inventory,
    announcer,
    companions: createCompanions(),
    signal,
    registry: () => deps.inventory.read(),
  };
  const running = new Map<string, Promise<void>>();
  const passes = [
    () => inventory.pass(),
    async () => {
      await publisher.publish();
    },
    () => startMigrations(deps, runner, running, bell.ring),
  ];
  void keepPlanning(deps, term, signal);
  void keepHealing(deps, term, { onChange: bell.ring, signal });
  let refreshedMs = Number.NEGATIVE_INFINITY;
  while (!signal.aborted) {
    for (const pass of passes) await guarded(deps, signal, pass);
    if (deps.clock.monotonicMs() - refreshedMs > 1_000) {
      refreshedMs = deps.clock.monotonicMs();
      await guarded(deps, signal, () => publisher.refresh());
      await guarded(deps, signal, deps.thaw);
      void guarded(deps, signal, () => keeper.pass());
    }
    await bell.wait(TICK_MS);
  }
  if (shared.term === term) shared.term = null;
}

/** Slower than everything else, and never in its way. */
const PLANNING_MS = 3_000;
const FORGET_MS = 600_000;

async function keepPlanning(deps: OrchestratorDeps, term: number, signal: AbortSignal): Promise<void> {
  const { planning, clock, logger, newId, serviceView } = deps;
  const planningDeps = { ...planning, clock, logger, newId, serviceView };
  let forgottenMs = Number.NEGATIVE_INFINITY;
  while (!signal.aborted) {
    if (clock.monotonicMs() - forgottenMs > FORGET_MS) {
      forgottenMs = clock.monotonicMs();
      await guarded(deps, signal, () => planning.changes.forgetPlans(term));
    }
    await guarded(deps, signal, () => settlePlans(planningDeps, term));
    await guarded(deps, signal, () => planningPass(planningDeps, term));
    await clock.sleep(PLANNING_MS, signal).catch(() => undefined);
  }
}

/** Beside everything else: a place that does not answer keeps nobody waiting but this loop. */
const HEALING_MS = 1_000;

async function keepHealing(
  deps: OrchestratorDeps,
  term: number,
  { onChange, signal }: { onChange: () => void; signal: AbortSignal },
) {
  const { changes, store, looks } = deps.planning;
  const healer = createHealer({ ...deps, term, changes, store, looks, onChange });
  while (!signal.aborted) {
    await guarded(deps, signal, () => healer.pass());
    await guarded(deps, signal, () => reopenSources({ ...deps, term }));
    await deps.clock.sleep(HEALING_MS, signal).catch(() => undefined);
  }
}

async function guarded(deps: OrchestratorDeps, signal: AbortSignal, pass: () => Promise<void>): Promise<void> {
  if (signal.aborted) return;
  try {
    await pass();
  } catch (error) {
    if (!isLeaseLost(error)) deps.logger.warn({ error: messageOf(error) }, "a pass of the orchestrator failed and is made again");
  }
}

async function startMigrations(
  deps: OrchestratorDeps,
  runner: RunnerDeps,
  running: Map<string, Promise<void>>,
  ring: () => void,
): Promise<void> {
  const open = await deps.journal.open();
  if (open.length === 0) return;
  const { policies } = await deps.inventory.read();
  const decision = admit({ open, policies, freeze: await deps.freeze(), now: deps.clock.now() });
  for (const { migration, waitingFor } of decision.wait) {
    if (migration.waitingFor?.code === waitingFor.code && migration.waitingFor.message === waitingFor.message) continue;
    await deps.journal.setWaiting(runner.term, migration.id, waitingFor);
    await deps.journal.announce(migration.id, "migration.changed");
  }
  for (const migration of decision.cancel) {
    await deps.journal.setState(runner.term, migration.id, {
      state: "aborted",
      error: `aborted before it began: ${migration.requested?.reason ?? ""}`,
    });
    await deps.journal.announce(migration.id, "migration.changed");
  }
  for (const migration of decision.start) {
    await deps.journal.setState(runner.term, migration.id, { state: "running" });
    await deps.journal.announce(migration.id, "migration.changed");
  }
  for (const migration of [...decision.start, ...decision.resume]) run(deps, runner, running, { migration, ring });
}

function run(
  deps: OrchestratorDeps,
  runner: RunnerDeps,
  running: Map<string, Promise<void>>,
  { migration, ring }: { migration: MigrationRecord; ring: () => void },
): void {
  if (running.has(migration.id)) return;
  if (migration.state !== "aborting") runner.companions.join(migration);
  const task = runMigration(migration.id, runner)
    .catch(async (error: unknown) => {
      if (isLeaseLost(error) || runner.signal.aborted) return;
      deps.logger.error(
        { migration: migration.id, err: error },
        "a migration met a bug or an outage it cannot pass; it is taken up again",
      );
      await deps.clock.sleep(1_000, runner.signal).catch(() => undefined);
    })
    .finally(() => {
      running.delete(migration.id);
      runner.companions.leave(migration.id);
      ring();
    });
  running.set(migration.id, task);
}

/** Wakes one waiter early; rings while nobody waits are not lost. */
function createBell(signal: AbortSignal) {
  let rung = false;
  let release: (() => void) | null = null;
  const ring = (): void => {
    rung = true;
    release?.();
  };
  signal.addEventListener("abort", ring);
  return {
    ring,
    wait: async (ms: number): Promise<void> => {
      if (!rung) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms);
          release = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      // A burst of reports is one pass, not one each.
      if (rung) await new Promise((resolve) => setTimeout(resolve, 20));
      rung = false;
      release = null;
    },
  };
}
