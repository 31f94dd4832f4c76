import { servingInstances } from "../../component-registry/domain/status.ts";
import type { ComponentRecord, InstanceRecord, RegistrySnapshot } from "../../component-registry/domain/registry.ts";

/** An instance as its host reports it, with the fingerprint of the command it was started by. */
export interface HostReport {
  readonly name: string;
  readonly componentKey: string;
  readonly dataCenter: string;
  readonly state: "starting" | "ready" | "draining" | "stopped" | "failed";
  readonly version: string;
  readonly pid: number | null;
  readonly host: string;
  readonly port: number | null;
  readonly restarts: number;
  readonly lastExit: string | null;
  readonly nextRestartAt: Date | null;
  readonly startedAt: Date | null;
  readonly commandFingerprint: string;
  /** Of what its agent was told; null: it has none. */
  readonly agentFingerprint: string | null;
}

export interface InventoryQuestion {
  readonly registry: RegistrySnapshot;
  /** Reports by data centre; a place that has not reported in this term is missing. */
  readonly reports: ReadonlyMap<string, ReadonlyMap<string, HostReport>>;
  /**
   * What had been reported before the registry was read. A row is written before its instance is started: an instance that was first
   * reported since then is not unwanted, the registry is only older than it.
   */
  readonly reportedBefore: ReadonlySet<string>;
  /** Fingerprint of the command by which the manifest, as it is now, starts this instance; null where there is none. */
  readonly fingerprintOf: (row: InstanceRecord) => string | null;
}

/** What one pass of the inventory has to do so that the hosts run what the registry holds, and the registry tells what they run. */
export interface InventoryPlan {
  /** Rows whose recorded facts differ from the report. */
  readonly observe: readonly HostReport[];
  /** Rows of instances that were not wanted any more and are gone. */
  readonly forget: readonly string[];
  readonly deploy: readonly InstanceRecord[];
  /** Started by an earlier manifest: to be started again by the present one, in place. */
  readonly renew: readonly InstanceRecord[];
  readonly stop: readonly {
    readonly name: string;
    readonly dataCenter: string;
    readonly componentKey: string;
    readonly removeState: boolean;
  }[];
  /** Components that run nowhere and are not on their way anywhere. */
  readonly place: readonly ComponentRecord[];
  /** Copies missing at, or to be taken from, a stateless component's present place. */
  readonly scaleUp: readonly { readonly component: ComponentRecord; readonly dataCenter: string; readonly count: number }[];
  readonly scaleDown: readonly string[];
}

export function planInventory(question: InventoryQuestion): InventoryPlan {
  const { registry, reports, reportedBefore } = question;
  const reportOf = (row: InstanceRecord): HostReport | undefined => reports.get(row.dataCenter)?.get(row.name);
  const heard = (row: InstanceRecord): boolean => reports.has(row.dataCenter);
  const rows = new Map(registry.instances.map((row) => [row.name, row]));
  const reported = [...reports.values()].flatMap((place) => [...place.values()]);
  const wanted = registry.instances.filter((row) => row.desired);
  return {
    observe: reported.filter((report) => differs(rows.get(report.name), report)),
    forget: registry.instances.filter((row) => !row.desired && heard(row) && isGone(reportOf(row))).map((row) => row.name),
    // A migration deploys its own targets; from the commit on they are like any other.
    deploy: wanted.filter((row) => row.migrationId === null && heard(row) && isGone(reportOf(row))),
    renew: planRenewals(question),
    stop: reported
      .filter(({ name, state }) => state !== "stopped" && rows.get(name)?.desired !== true && reportedBefore.has(name))
      .map(({ name, dataCenter, componentKey }) => ({
        name,
        dataCenter,
        componentKey,
        removeState: rows.get(name)?.salvage !== true,
      })),
    ...planCopies(registry),
  };
}

/**
 * At most one instance of a component at a time, so that the others serve meanwhile, and the next only when all are ready: a
 * manifest that starts nothing stops with the first. Not while it moves: the move's own target is started by what holds now.
 */
function planRenewals({ registry, reports, fingerprintOf }: InventoryQuestion): readonly InstanceRecord[] {
  const moving = new Set(registry.openMigrations.map((migration) => migration.componentKey));
  const resting = registry.components.filter((component) => !moving.has(component.key));
  return resting.flatMap((component) => {
    const rows = servingInstances(registry.instances, component.key);
    const copies = rows.map((row) => ({ row, report: reports.get(row.dataCenter)?.get(row.name) }));
    const outdated = copies.filter(({ row, report }) => report !== undefined && report.commandFingerprint !== fingerprintOf(row));
    const isReady = ({ report }: (typeof copies)[number]): boolean => report?.state === "ready";
    // One that does not serve anyway costs nobody anything.
    const [next] = [...outdated].sort((a, b) => Number(isReady(a)) - Number(isReady(b)));
    if (!next) return [];
    const othersServe = copies.every((copy) => copy === next || isReady(copy));
    return !isReady(next) || othersServe ? [next.row] : [];
  });
}

const isGone = (report: HostReport | undefined): boolean => report === undefined || report.state === "stopped";

function differs(row: InstanceRecord | undefined, report: HostReport): boolean {
  if (!row) return false;
  // Sealed is what the orchestrator knows of an instance that its host still finds ready.
  const sameState = row.state === report.state || (row.state === "sealed" && report.state === "ready");
  const sameTimes =
    row.nextRestartAt?.getTime() === report.nextRestartAt?.getTime() && row.startedAt?.getTime() === report.startedAt?.getTime();
  const sameFacts =
    row.pid === report.pid &&
    row.port === report.port &&
    row.host === report.host &&
    row.restarts === report.restarts &&
    row.lastExit === report.lastExit;
  return !(sameState && sameTimes && sameFacts && row.version === report.version);
}

function planCopies(registry: RegistrySnapshot): Pick<InventoryPlan, "place" | "scaleUp" | "scaleDown"> {
  const moving = new Set(registry.openMigrations.map((migration) => migration.componentKey));
  const resting = registry.components.filter((component) => !moving.has(component.key));
  const copies = resting.map((component) => ({ component, serving: servingInstances(registry.instances, component.key) }));
  // Components with state have one writer, whatever their manifest asks for.
  const scalable = copies.filter(({ component, serving }) => component.spec.state.kind === "stateless" && serving.length > 0);
  return {
    place: copies
      .filter(({ component, serving }) => serving.length === 0 && component.spec.replicas.min > 0)
      .map(({ component }) => component),
    scaleUp: scalable.flatMap(({ component, serving }) => {
      const count = component.spec.replicas.min - serving.length;
      const [first] = serving;
      return count > 0 && first ? [{ component, dataCenter: first.dataCenter, count }] : [];
    }),
    scaleDown: scalable.flatMap(({ component, serving }) =>
      serving.slice(Math.max(component.spec.replicas.max, component.spec.replicas.min)).map((row) => row.name),
    ),
  };
}
