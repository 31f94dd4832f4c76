import type { AgentDto, ComponentDto, ConnectivityDto, DataCenterDto, InstanceDto } from "../../server/api/shapes/index.ts";
import { demandOf } from "../../server/component-registry/domain/capacity.ts";
import { listPricePerHour } from "../../server/component-registry/domain/running-cost.ts";
import { keyOf } from "../components-page/prepare.ts";
import { bytes, number } from "../ui/format.ts";

const MIB = 2 ** 20;

export interface Gauge {
  readonly label: string;
  /** 0..1 of the capacity. */
  readonly used: number;
  readonly reserved: number;
  readonly words: { readonly used: string; readonly reserved: string; readonly free: string };
  readonly isTight: boolean;
}

/** From this share on a place is short of something (VISUAL, section 3: the marker's ring). */
const TIGHT = 0.75;
const RESOURCES = [
  ["CPU", "cpuMillicores", (value: number) => number(value / 1000)],
  ["Memory", "memoryMiB", (value: number) => bytes(value * MIB)],
  ["Disk", "storageMiB", (value: number) => bytes(value * MIB)],
] as const;

/** Used, reserved for what is on its way, and free, of each resource. */
export function gaugesOf({ status }: Pick<DataCenterDto, "status">): readonly Gauge[] {
  return RESOURCES.map(([label, key, words]) => {
    const [used, reserved, free] = [status.used[key], status.reserved[key], status.free[key]];
    const total = Math.max(1, used + reserved + free);
    return {
      label,
      used: used / total,
      reserved: reserved / total,
      words: { used: words(used), reserved: words(reserved), free: words(free) },
      isTight: used / total > TIGHT,
    };
  });
}

/** List price of what runs in a place, an hour; null where it has no price. */
export function costHere(
  { metadata, spec }: DataCenterDto,
  components: readonly ComponentDto[],
  instances: readonly InstanceDto[],
): { readonly amount: number; readonly currency: string } | null {
  const { price } = spec;
  if (price === null) return null;
  const specs = new Map(components.map((component) => [keyOf(component), component.spec]));
  const amount = instances
    .filter(({ dataCenter, state }) => dataCenter === metadata.name && state !== "stopped")
    .reduce((sum, { component }) => {
      const asked = specs.get(component);
      return asked ? sum + listPricePerHour(demandOf(asked), price) : sum;
    }, 0);
  return { amount, currency: price.currency };
}

export interface RoundTripRow {
  readonly to: string;
  readonly rttMs: number;
  readonly rttFrom: "measured" | "given" | "estimated";
  readonly givenRttMs: number | null;
  readonly lastAt: string | null;
}

/** The ways from a place, the shortest first. */
export function roundTripsFrom(place: string, { pairs }: Pick<ConnectivityDto, "pairs">): readonly RoundTripRow[] {
  return pairs
    .filter(({ from }) => from === place)
    .map(({ to, rttMs, rttFrom, givenRttMs, measured }) => ({ to, rttMs, rttFrom, givenRttMs, lastAt: measured?.lastAt ?? null }))
    .sort((a, b) => a.rttMs - b.rttMs || a.to.localeCompare(b.to));
}

export interface ComponentHere {
  readonly component: string;
  readonly state: ComponentDto["status"]["state"];
  readonly ready: number;
  readonly instances: number;
}

/** What runs in a place, with how much of it there is ready. */
export function componentsHere(place: string, components: readonly ComponentDto[]): readonly ComponentHere[] {
  return components.flatMap((component): ComponentHere[] => {
    const { state, placements } = component.status;
    const here = placements.find(({ dataCenter }) => dataCenter === place);
    return here ? [{ component: keyOf(component), state, ready: here.ready, instances: here.instances }] : [];
  });
}

export interface AgentHere {
  readonly name: string;
  readonly instance: string;
  readonly component: string;
  readonly lastSeenAt: string | null;
}

/** Agents beside the instances of a place, the longest silent first. */
export function agentsHere(place: string, instances: readonly InstanceDto[], agents: readonly AgentDto[]): readonly AgentHere[] {
  const byId = new Map(agents.map((agent) => [agent.id, agent]));
  return instances
    .filter(({ dataCenter }) => dataCenter === place)
    .flatMap(({ agent: id, name, component }): AgentHere[] => {
      const agent = id === null ? undefined : byId.get(id);
      return agent ? [{ name: agent.name, instance: name, component, lastSeenAt: agent.lastSeenAt }] : [];
    })
    .sort((a, b) => (a.lastSeenAt ?? "").localeCompare(b.lastSeenAt ?? ""));
}

/** The manifest of a place as it stands, cordoned or not: what an apply takes. */
export const cordonManifest = ({ metadata, spec }: DataCenterDto, cordoned: boolean) => ({
  apiVersion: "geostitch.dev/v1",
  kind: "DataCenter",
  metadata: { name: metadata.name, labels: metadata.labels },
  spec: { ...spec, cordoned },
});
