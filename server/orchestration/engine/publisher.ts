import type { RoutingControl } from "../../routing-layer/index.ts";
import type { RouteSnapshot } from "../../routing-layer/domain/snapshot.ts";
import { messageOf } from "../../platform/app-error.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Logger } from "../../platform/logger.ts";
import type { RegistrySnapshot } from "../../component-registry/domain/registry.ts";
import { buildRoutes, snapshotProblems } from "../domain/build-snapshot.ts";
import type { InventoryStore, RouteStore } from "./ports.ts";

export interface Publisher {
  /** Publishes the registry's routes if they changed, and pushes to every entry that is behind. Answers the version in force. */
  publish(): Promise<number>;
  /** Resolves when every entry, those at lost places aside, has acknowledged `version`; false when `timeoutMs` passes first. */
  acknowledged(version: number, timeoutMs: number): Promise<boolean>;
  /** Entries that have not acknowledged the newest version. */
  behind(): readonly string[];
  /** Learns what each entry has in force: a gateway that restarted may be behind. */
  refresh(): Promise<void>;
}

export interface PublisherDeps {
  readonly term: number;
  readonly routes: RouteStore;
  readonly inventory: Pick<InventoryStore, "read">;
  readonly control: RoutingControl;
  readonly clock: Clock;
  readonly logger: Logger;
}

const PUSH_TIMEOUT_MS = 5_000;

/** Whole, versioned snapshots to every entry; one push at a time an entry, always the newest. */
export function createPublisher(deps: PublisherDeps): Publisher {
  const state: State = { current: null, lost: new Set(), acked: new Map(), pushing: new Set(), waiters: new Set() };
  let queue: Promise<number> = Promise.resolve(0);
  const publish = (): Promise<number> => {
    queue = queue.catch(() => 0).then(async () => publishChanged(deps, state, await deps.inventory.read()));
    return queue;
  };
  return {
    publish,
    acknowledged: (version, timeoutMs) => waitForAcks(state, version, timeoutMs),
    behind: () => missedBy(state, state.current?.version ?? 0),
    refresh: async () => {
      const statuses = await deps.control.statuses();
      for (const status of statuses) state.acked.set(status.entry, status.version);
      const highest = Math.max(0, ...statuses.map((status) => status.version));
      // A gateway that remembers more than the database does: go on above it, or nothing would ever be accepted again.
      if (state.current && highest > state.current.version) await recordNext(deps, state, { ...state.current, version: highest });
      pushAll(deps, state);
    },
  };
}

interface State {
  current: RouteSnapshot | null;
  /** Entries at lost places are told like all others, and waited for by nobody: they take the routes when they are back. */
  lost: ReadonlySet<string>;
  readonly acked: Map<string, number>;
  readonly pushing: Set<string>;
  readonly waiters: Set<() => void>;
}

async function publishChanged(deps: PublisherDeps, state: State, registry: RegistrySnapshot): Promise<number> {
  const routes = buildRoutes(registry);
  state.lost = new Set(registry.dataCenters.filter(({ loss = null }) => loss !== null).map(({ name }) => name));
  const problems = snapshotProblems(routes);
  if (problems.length > 0) {
    deps.logger.error({ problems }, "a route snapshot was not published: it contradicts itself");
    return state.current?.version ?? 0;
  }
  state.current ??= await deps.routes.last();
  if (!state.current || contentOf(state.current) !== contentOf(routes))
    await recordNext(deps, state, { ...routes, version: state.current?.version ?? 0 });
  pushAll(deps, state);
  return state.current?.version ?? 0;
}

async function recordNext(deps: PublisherDeps, state: State, from: Omit<RouteSnapshot, "publishedAt">): Promise<void> {
  const next = { ...from, version: from.version + 1, publishedAt: deps.clock.now().toISOString() };
  await deps.routes.record(deps.term, next);
  state.current = next;
}

function contentOf({ dataCenters, links, components }: Omit<RouteSnapshot, "version" | "publishedAt">): string {
  return JSON.stringify({ dataCenters, links, components });
}

/** Where there is no data centre yet, the gateway is told so under this name: knowing that there is nothing to serve, it is ready. */
const NOWHERE = "(nowhere)";

function entriesBehind(state: State, version: number): string[] {
  if (!state.current) return [];
  const names = state.current.dataCenters.map((place) => place.name);
  return (names.length === 0 ? [NOWHERE] : names).filter((entry) => (state.acked.get(entry) ?? 0) < version);
}

const missedBy = (state: State, version: number): string[] =>
  entriesBehind(state, version).filter((entry) => !state.lost.has(entry));

function pushAll(deps: PublisherDeps, state: State): void {
  for (const entry of entriesBehind(state, state.current?.version ?? 0)) void push(deps, state, entry);
}

async function push(deps: PublisherDeps, state: State, entry: string): Promise<void> {
  if (state.pushing.has(entry) || !state.current) return;
  state.pushing.add(entry);
  const snapshot = state.current;
  try {
    const answer = await deps.control.publish(entry, snapshot, PUSH_TIMEOUT_MS);
    if (answer.ok) state.acked.set(entry, answer.value.version);
    else deps.logger.warn({ entry, version: snapshot.version, reasons: answer.reasons }, "an entry refused a route snapshot");
  } catch (error) {
    deps.logger.debug({ entry, error: messageOf(error) }, "an entry could not be told of the routes yet");
    return;
  } finally {
    state.pushing.delete(entry);
  }
  for (const waiter of state.waiters) waiter();
  // A newer snapshot may have come while this one was on its way.
  if (state.current.version > snapshot.version) await push(deps, state, entry);
}

function waitForAcks(state: State, version: number, timeoutMs: number): Promise<boolean> {
  if (missedBy(state, version).length === 0) return Promise.resolve(true);
  return new Promise((resolve) => {
    const finish = (result: boolean): void => {
      clearTimeout(timer);
      state.waiters.delete(check);
      resolve(result);
    };
    const check = (): void => {
      if (missedBy(state, version).length === 0) finish(true);
    };
    const timer = setTimeout(() => finish(false), timeoutMs);
    state.waiters.add(check);
  });
}
