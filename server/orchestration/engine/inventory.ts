import type { Logger } from "../../platform/logger.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Result } from "../../platform/result.ts";
import { messageOf } from "../../platform/app-error.ts";
import { commandFingerprint, UNFENCED, type DeploymentDriver } from "../../deployment/index.ts";
import type { DeployCommand, WatchLine } from "../../deployment/domain/host-protocol.ts";
import type { ComponentRecord, RegistrySnapshot } from "../../component-registry/domain/registry.ts";
import { dataCenterState } from "../../component-registry/domain/status.ts";
import { chooseFirstPlacement } from "../../migration-planning/domain/choose-first-placement.ts";
import { instanceName } from "../migration-service.ts";
import { deployCommandOf } from "../domain/deploy-command.ts";
import { planInventory, type HostReport, type InventoryPlan, type InventoryQuestion } from "../domain/plan-inventory.ts";
import { LeaseLostError, type InventoryStore } from "./ports.ts";

export interface InventoryDeps {
  readonly term: number;
  readonly store: InventoryStore;
  readonly driver: DeploymentDriver;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly newId: (prefix: string) => string;
  readonly internalGatewayUrl: string;
  /** Where components without a wish of their own start. */
  readonly usualPlace: string | null;
  /** The registry has changed: routes may have, too. */
  readonly onChange: () => void;
  readonly signal: AbortSignal;
}

export interface Inventory {
  /** One pass: what the hosts report into the registry, what the registry holds onto the hosts. */
  pass(): Promise<void>;
  /** Writes what is reported of these instances into the registry now, without waiting for the next pass. */
  record(place: string, names: readonly string[]): Promise<void>;
  /** How a host reports an instance now, or null. */
  reportOf(place: string, name: string): HostReport | null;
  /** Resolves as soon as `reached` answers true for the instance, false when `timeoutMs` passes first. */
  until(place: string, name: string, reached: (report: HostReport) => boolean, timeoutMs: number): Promise<boolean>;
}

const WATCH_AGAIN_MS = 500;
const HEARD_WRITE_MS = 1_500;

/** Keeps a stream open to every data centre, and one picture of what runs. */
export function createInventory(deps: InventoryDeps): Inventory {
  const reports = new Map<string, Map<string, HostReport>>();
  const heardAt = new Map<string, number>();
  const watched = new Set<string>();
  const waiters = new Set<() => void>();
  const heard: Heard = { reports, heardAt, waiters };
  const context: PassContext = { states: new Map(), lastHeardWrite: 0, inFlight: new Set() };
  return {
    pass: async () => {
      const reportedBefore = new Set([...reports.values()].flatMap((place) => [...place.keys()]));
      const registry = await deps.store.read();
      for (const { name } of registry.dataCenters) if (!watched.has(name)) void keepWatching(deps, heard, watched, name);
      await pass(deps, heard, context, { registry, reportedBefore });
    },
    record: async (place, names) => {
      const seen = names.flatMap((name) => reports.get(place)?.get(name) ?? []).map(observedOf);
      await deps.store.observe(deps.term, { seen, gone: [], heard: [] });
    },
    reportOf: (place, name) => reports.get(place)?.get(name) ?? null,
    until: (place, name, reached, timeoutMs) => waitForReport(heard, { place, name, reached, timeoutMs }),
  };
}

interface Heard {
  readonly reports: Map<string, Map<string, HostReport>>;
  readonly heardAt: Map<string, number>;
  readonly waiters: Set<() => void>;
}

interface PassContext {
  readonly states: Map<string, string>;
  lastHeardWrite: number;
  readonly inFlight: Set<string>;
}

async function keepWatching(deps: InventoryDeps, heard: Heard, watched: Set<string>, place: string): Promise<void> {
  watched.add(place);
  while (!deps.signal.aborted) {
    try {
      await deps.driver.watch(place, (line) => takeLine(deps, heard, place, line), deps.signal);
    } catch (error) {
      deps.logger.debug({ place, error: messageOf(error) }, "the watch of a data centre broke and is made again");
      // What a silent place runs is unknown, not nothing: no decision is made from its old reports.
      heard.reports.delete(place);
    }
    await deps.clock.sleep(WATCH_AGAIN_MS, deps.signal).catch(() => undefined);
  }
}

function takeLine(deps: InventoryDeps, heard: Heard, place: string, line: WatchLine): void {
  heard.heardAt.set(place, deps.clock.monotonicMs());
  if (line.kind === "ping") return;
  if (line.kind === "snapshot") heard.reports.set(place, new Map(line.items.map((item) => [item.name, toReport(item)])));
  else if (line.kind === "changed") heard.reports.get(place)?.set(line.item.name, toReport(line.item));
  else heard.reports.get(place)?.delete(line.name);
  for (const waiter of heard.waiters) waiter();
  deps.onChange();
}

function toReport(item: Extract<WatchLine, { kind: "changed" }>["item"]): HostReport {
  const at = (text: string | null): Date | null => (text === null ? null : new Date(text));
  const { component, startedAt, nextRestartAt, ...rest } = item;
  return { ...rest, componentKey: component, startedAt: at(startedAt), nextRestartAt: at(nextRestartAt) };
}

type Known = Pick<InventoryQuestion, "registry" | "reportedBefore">;

async function pass(deps: InventoryDeps, heard: Heard, context: PassContext, known: Known): Promise<void> {
  const { registry } = known;
  const plan = planInventory({ ...known, reports: heard.reports, fingerprintOf: fingerprints(deps, registry) });
  const nowMs = deps.clock.monotonicMs();
  const writesHeard = nowMs - context.lastHeardWrite >= HEARD_WRITE_MS;
  if (writesHeard) context.lastHeardWrite = nowMs;
  const places = writesHeard
    ? [...heard.heardAt].filter(([, at]) => nowMs - at < HEARD_WRITE_MS * 2).map(([place]) => place)
    : [];
  const changes = { seen: plan.observe.map(observedOf), gone: plan.forget, heard: places };
  if (changes.seen.length + changes.gone.length + places.length > 0) await deps.store.observe(deps.term, changes);
  await placeAndScale(deps, plan, registry);
  carryOut(deps, context, plan, registry);
  await announceStates(deps, context, registry);
}

const observedOf = (report: HostReport) => {
  const { name, componentKey, dataCenter, state, version, pid, host, port, restarts, lastExit, nextRestartAt, startedAt } =
    report;
  return { name, componentKey, dataCenter, state, version, pid, host, port, restarts, lastExit, nextRestartAt, startedAt };
};

async function placeAndScale(deps: InventoryDeps, plan: InventoryPlan, registry: RegistrySnapshot): Promise<void> {
  const { term, store, newId, clock, usualPlace } = deps;
  for (const component of plan.place) {
    const { dataCenter } = chooseFirstPlacement(component, await store.read(), { usual: usualPlace, now: clock.now() });
    if (dataCenter === null) continue;
    const count = component.spec.state.kind === "stateless" ? component.spec.replicas.min : 1;
    await store.insert(term, rowsFor(component, dataCenter, count, newId));
    deps.onChange();
  }
  for (const { component, dataCenter, count } of plan.scaleUp)
    await store.insert(term, rowsFor(component, dataCenter, count, newId));
  if (plan.scaleDown.length > 0) await store.dismiss(term, plan.scaleDown);
  if (plan.place.length === 0 && plan.scaleUp.length + plan.scaleDown.length > 0 && registry.components.length > 0)
    deps.onChange();
}

function rowsFor(
  component: RegistrySnapshot["components"][number],
  dataCenter: string,
  count: number,
  newId: (prefix: string) => string,
) {
  const { key, application, name, epoch, spec } = component;
  return Array.from({ length: count }, () => ({
    name: instanceName(application, name, newId),
    componentKey: key,
    dataCenter,
    epoch,
    version: spec.version,
  }));
}

const commandOf = ({ internalGatewayUrl }: InventoryDeps, component: ComponentRecord, dataCenter: string): DeployCommand =>
  deployCommandOf({ component, dataCenter, writable: true, internalGatewayUrl });

/** By component and place, worked out once a pass. */
function fingerprints(deps: InventoryDeps, registry: RegistrySnapshot): InventoryQuestion["fingerprintOf"] {
  const components = new Map(registry.components.map((component) => [component.key, component]));
  const known = new Map<string, string>();
  return ({ componentKey, dataCenter }) => {
    const component = components.get(componentKey);
    if (!component) return null;
    const key = `${componentKey}@${dataCenter}`;
    const fingerprint = known.get(key) ?? commandFingerprint(commandOf(deps, component, dataCenter));
    known.set(key, fingerprint);
    return fingerprint;
  };
}

/** Commands go out beside the pass: a place that answers slowly delays nobody else. One at a time an instance. */
function carryOut(deps: InventoryDeps, context: PassContext, plan: InventoryPlan, registry: RegistrySnapshot): void {
  const once = (name: string, work: () => Promise<Result<unknown>>): void => {
    if (context.inFlight.has(name)) return;
    context.inFlight.add(name);
    work()
      .then((answer) => {
        if (!answer.ok) deps.logger.warn({ name, reasons: answer.reasons }, "a command to a host was refused and is given again");
      })
      .catch((error: unknown) =>
        deps.logger.warn({ name, error: messageOf(error) }, "a command to a host failed and is given again"),
      )
      .finally(() => context.inFlight.delete(name));
  };
  const contextOf = (component: string, epoch: number, what: string) => ({
    component,
    epoch,
    commandId: `${what}.${deps.newId("c").slice(-6)}`,
  });
  for (const row of [...plan.deploy, ...plan.renew]) {
    const component = registry.components.find((record) => record.key === row.componentKey);
    const command = component ? commandOf(deps, component, row.dataCenter) : null;
    if (!component || !command) continue;
    const order = contextOf(row.componentKey, row.epoch, `deploy.${row.name}.${component.generation}`);
    once(row.name, () => deps.driver.deploy(row.dataCenter, row.name, command, order));
  }
  for (const { name, dataCenter, componentKey, removeState } of plan.stop) {
    const component = registry.components.find((record) => record.key === componentKey);
    const stop = { component: componentKey, graceMs: 5_000, removeState };
    // What nobody registers any more has no epoch either: its name may come back, and goes on from its last one.
    const order = contextOf(component ? componentKey : UNFENCED, component?.epoch ?? 0, `stop.${name}`);
    once(name, () => deps.driver.stop(dataCenter, name, stop, order));
  }
}

async function announceStates(deps: InventoryDeps, context: PassContext, registry: RegistrySnapshot): Promise<void> {
  const now = deps.clock.now();
  const changed = registry.dataCenters.filter((record) => {
    const state = dataCenterState(record, now);
    const before = context.states.get(record.name);
    context.states.set(record.name, state);
    return before !== undefined && before !== state;
  });
  if (changed.length > 0) await deps.store.announceDataCenters(changed.map((record) => record.name));
}

interface Wait {
  readonly place: string;
  readonly name: string;
  readonly reached: (report: HostReport) => boolean;
  readonly timeoutMs: number;
}

function waitForReport(heard: Heard, { place, name, reached, timeoutMs }: Wait): Promise<boolean> {
  const isReached = (): boolean => {
    const report = heard.reports.get(place)?.get(name);
    return report !== undefined && reached(report);
  };
  if (isReached()) return Promise.resolve(true);
  return new Promise((resolve) => {
    const finish = (result: boolean): void => {
      clearTimeout(timer);
      heard.waiters.delete(check);
      resolve(result);
    };
    const check = (): void => {
      if (isReached()) finish(true);
    };
    const timer = setTimeout(() => finish(false), timeoutMs);
    heard.waiters.add(check);
  });
}

/** Whether an error means that this leader has to stop. */
export const isLeaseLost = (error: unknown): boolean => error instanceof LeaseLostError;
