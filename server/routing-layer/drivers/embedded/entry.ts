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

/** The place with most instances: from there a client of whom nobody knows where it is has the shortest ways. */
const busiestPlaces = new WeakMap<RouteSnapshot, readonly string[]>();

function byInstances(snapshot: RouteSnapshot): readonly string[] {
  const known = busiestPlaces.get(snapshot);
  if (known !== undefined) return known;
  const counts = new Map(snapshot.dataCenters.map(({ name }) => [name, 0]));
  for (const { dataCenter } of snapshot.components.flatMap(({ instances }) => instances))
    counts.set(dataCenter, (counts.get(dataCenter) ?? 0) + 1);
  const sorted = [...counts].sort(([, a], [, b]) => b - a).map(([name]) => name);
  busiestPlaces.set(snapshot, sorted);
  return sorted;
}

export interface EntryQuestion {
  readonly snapshot: RouteSnapshot;
  /** Null where nobody knows where the client is. */
  readonly point: { readonly latitude: number; readonly longitude: number } | null;
  /** Whether the entry at a place has routes: a place that has just been added gets them a moment later than its neighbours. */
  readonly isOpen: (place: string) => boolean;
}

/** The entry nearest to a point among those that have routes; the one at the busiest place where there is no point. */
export function nearestEntry({ snapshot, point, isOpen }: EntryQuestion): string | null {
  if (point === null) return byInstances(snapshot).find(isOpen) ?? null;
  let best: { name: string; km: number } | null = null;
  for (const place of snapshot.dataCenters) {
    const km = distanceKm(place, point);
    if ((best === null || km < best.km) && isOpen(place.name)) best = { name: place.name, km };
  }
  return best?.name ?? null;
}
