import { ewma } from "../../domain/choose-instance.ts";
import { firstGuessMs, roundTripsFrom, type FirstGuess } from "../../domain/nearest-entry.ts";
import type { EntryLatency, EntryStatus, HoldCommand, RouteComponent, RouteSnapshot } from "../../domain/snapshot.ts";
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
  #roundTrips: ReadonlyMap<string, FirstGuess> = new Map();
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
    return this.#latency.get(`${component}>${dataCenter}`) ?? firstGuessMs(this.#roundTrips, dataCenter).rttMs;
  }

  measured(component: string, dataCenter: string, ms: number): void {
    const key = `${component}>${dataCenter}`;
    this.#latency.set(key, ewma(this.#latency.get(key) ?? null, ms));
  }

  /** What this entry has measured of the ways to instances, by component and place. */
  latencies(): readonly EntryLatency[] {
    return [...this.#latency].map(([key, latencyMs]) => {
      const [component = "", dataCenter = ""] = key.split(">");
      return { entry: this.name, component, dataCenter, latencyMs };
    });
  }

  status(): EntryStatus {
    return { entry: this.name, version: this.snapshot?.version ?? 0, holds: this.holds.statuses() };
  }
}
