import { distanceKm, estimateRoundTripMs } from "../../../connectivity-management/domain/estimate-round-trip.ts";
import { ewma } from "../../domain/choose-instance.ts";
import type { EntryStatus, HoldCommand, RouteComponent, RouteSnapshot } from "../../domain/snapshot.ts";
import { Holds } from "./holds.ts";

export type Taken = { readonly ok: true } | { readonly ok: false; readonly detail: string };

const COMMANDS_KEPT = 500;

/** The gateway at one data centre: its own snapshot, holds and measurements, since each command reaches each entry in its own time. */
export class Entry {
  readonly name: string;
  readonly holds = new Holds();
  snapshot: RouteSnapshot | null = null;
  #components = new Map<string, RouteComponent>();
  readonly #epochs = new Map<string, number>();
  readonly #latency = new Map<string, number>();
  #roundTrips = new Map<string, number>();
  readonly #commands = new Set<string>();
  turn = 0;

  constructor(name: string) {
    this.name = name;
  }

  /** Puts a snapshot in force, unless this entry has seen a newer one or a component at a higher epoch. */
  take(snapshot: RouteSnapshot): Taken {
    if (this.snapshot && snapshot.version < this.snapshot.version)
      return { ok: false, detail: `version ${snapshot.version} is older than ${this.snapshot.version}, which is in force` };
    const stale = snapshot.components.find((component) => component.epoch < (this.#epochs.get(component.component) ?? 0));
    if (stale)
      return {
        ok: false,
        detail: `${stale.component} is at epoch ${stale.epoch}, this entry has seen ${this.#epochs.get(stale.component) ?? 0}`,
      };
    this.snapshot = snapshot;
    this.#components = new Map(snapshot.components.map((component) => [component.component, component]));
    this.#roundTrips = roundTripsFrom(this.name, snapshot);
    for (const { component, epoch } of snapshot.components) {
      this.#epochs.set(component, epoch);
      this.holds.routed(component, epoch);
    }
    return { ok: true };
  }

  hold(command: HoldCommand): Taken {
    if (this.#commands.has(command.commandId)) return { ok: true };
    const seen = this.#epochs.get(command.component) ?? 0;
    if (command.epoch < seen)
      return { ok: false, detail: `${command.component} is at epoch ${seen} here, the hold is for ${command.epoch}` };
    this.#commands.add(command.commandId);
    if (this.#commands.size > COMMANDS_KEPT)
      for (const oldest of this.#commands) {
        this.#commands.delete(oldest);
        break;
      }
    this.holds.begin(command);
    return { ok: true };
  }

  component(key: string): RouteComponent | null {
    return this.#components.get(key) ?? null;
  }

  latencyMs(component: string, dataCenter: string): number {
    return (
      this.#latency.get(`${component}>${dataCenter}`) ??
      (dataCenter === this.name ? 0 : (this.#roundTrips.get(dataCenter) ?? 150))
    );
  }

  measured(component: string, dataCenter: string, ms: number): void {
    const key = `${component}>${dataCenter}`;
    this.#latency.set(key, ewma(this.#latency.get(key) ?? null, ms));
  }

  status(): EntryStatus {
    return { entry: this.name, version: this.snapshot?.version ?? 0, holds: this.holds.statuses() };
  }
}

function roundTripsFrom(name: string, snapshot: RouteSnapshot): Map<string, number> {
  const here = snapshot.dataCenters.find((place) => place.name === name);
  const estimated = here
    ? snapshot.dataCenters.map((place): [string, number] => [place.name, estimateRoundTripMs(here, place)])
    : [];
  const given = snapshot.links.filter((link) => link.from === name).map((link): [string, number] => [link.to, link.rttMs]);
  return new Map([...estimated, ...given]);
}

const busiest = new WeakMap<RouteSnapshot, string | null>();

/** The place with most instances: from there a client of whom nobody knows where it is has the shortest ways. */
function busiestPlace(snapshot: RouteSnapshot): string | null {
  const known = busiest.get(snapshot);
  if (known !== undefined) return known;
  const counts = new Map(snapshot.dataCenters.map(({ name }) => [name, 0]));
  for (const { dataCenter } of snapshot.components.flatMap(({ instances }) => instances))
    counts.set(dataCenter, (counts.get(dataCenter) ?? 0) + 1);
  const [first] = [...counts].sort(([, a], [, b]) => b - a);
  busiest.set(snapshot, first?.[0] ?? null);
  return first?.[0] ?? null;
}

/** The entry nearest to a point; the one at the busiest place where nobody knows where the client is. */
export function nearestEntry(snapshot: RouteSnapshot, point: { latitude: number; longitude: number } | null): string | null {
  if (point === null) return busiestPlace(snapshot);
  let best: { name: string; km: number } | null = null;
  for (const place of snapshot.dataCenters) {
    const km = distanceKm(place, point);
    if (best === null || km < best.km) best = { name: place.name, km };
  }
  return best?.name ?? null;
}
