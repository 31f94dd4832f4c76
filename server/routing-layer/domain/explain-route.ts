import { accessRoundTripMs, distanceKm, type Point } from "../../connectivity-management/domain/estimate-round-trip.ts";
import { chooseInstance } from "./choose-instance.ts";
import { firstGuessMs, nearestEntry, roundTripsFrom } from "./nearest-entry.ts";
import type { EntryLatency, RouteComponent, RouteInstance, RouteSnapshot } from "./snapshot.ts";

/** Routes in words: the gateway's own functions, asked the gateway's own questions, with the runners-up kept. */

export interface Way {
  readonly dataCenter: string;
  readonly instance: string;
  readonly epoch: number;
  /** Instances there that take turns. */
  readonly instances: number;
  readonly latencyMs: number;
  readonly latencyFrom: "measured" | "given" | "estimated";
}

export interface RouteOfEntry {
  readonly entry: string;
  /** Null: no instance at the component's epoch can serve. */
  readonly chosen: Way | null;
  /** Where the entry would send users if nothing stood in the chosen place. */
  readonly runnerUp: Way | null;
}

/** What entries have measured, by `entry>component>place`. */
export type MeasuredWays = ReadonlyMap<string, number>;

export const measuredWays = (latencies: readonly EntryLatency[]): MeasuredWays =>
  new Map(
    latencies.map(({ entry, component, dataCenter, latencyMs }) => [`${entry}>${component}>${dataCenter}`, latencyMs] as const),
  );

export interface EntryRouteQuestion {
  readonly snapshot: RouteSnapshot;
  readonly component: RouteComponent;
  readonly entry: string;
  readonly measured: MeasuredWays;
}

/** Where one entry sends a component's users, and where it would else. */
export function routeOfEntry({ snapshot, component, entry, measured }: EntryRouteQuestion): RouteOfEntry {
  const guesses = roundTripsFrom(entry, snapshot);
  const measuredMs = (place: string): number | undefined => measured.get(`${entry}>${component.component}>${place}`);
  const latencyMs = (place: string): number => measuredMs(place) ?? firstGuessMs(guesses, place).rttMs;
  // While places have shares the users of one entry are split among them; the entry's name stands for one of them.
  const choose = (avoid: ReadonlySet<string>): RouteInstance | null =>
    chooseInstance({ component, latencyMs, avoid, turn: 0, user: entry });
  const wayTo = (instance: RouteInstance | null): Way | null =>
    instance && {
      dataCenter: instance.dataCenter,
      instance: instance.name,
      epoch: instance.epoch,
      instances: component.instances.filter(
        ({ dataCenter, epoch }) => dataCenter === instance.dataCenter && epoch === component.epoch,
      ).length,
      latencyMs: latencyMs(instance.dataCenter),
      latencyFrom:
        measuredMs(instance.dataCenter) === undefined ? firstGuessMs(guesses, instance.dataCenter).rttFrom : "measured",
    };
  const chosen = choose(new Set());
  const there = component.instances.filter(({ dataCenter }) => dataCenter === chosen?.dataCenter).map(({ name }) => name);
  return { entry, chosen: wayTo(chosen), runnerUp: chosen === null ? null : wayTo(choose(new Set(there))) };
}

export interface NearEntry {
  readonly dataCenter: string;
  readonly distanceKm: number;
  /** Round trip between the user and this entry by distance, ms. */
  readonly accessMs: number;
}

export interface UserRoute {
  /** Null: no entry has routes. */
  readonly entry: string | null;
  /** The nearest entries, the one that the user enters by first; empty where nobody knows where the user is. */
  readonly entries: readonly NearEntry[];
  readonly route: RouteOfEntry | null;
}

const ENTRIES_TOLD = 3;

export interface UserQuestion extends Omit<EntryRouteQuestion, "entry"> {
  /** Null where nobody knows where the user is. */
  readonly point: Point | null;
  readonly isOpen: (place: string) => boolean;
}

/** Where a user at a point would enter, and where that entry would send them. */
export function routeOfUser({ point, isOpen, ...question }: UserQuestion): UserRoute {
  const { snapshot } = question;
  const entry = nearestEntry({ snapshot, point, isOpen });
  const entries =
    point === null
      ? []
      : snapshot.dataCenters
          .filter(({ name }) => isOpen(name))
          .map((place) => ({
            dataCenter: place.name,
            distanceKm: distanceKm(place, point),
            accessMs: accessRoundTripMs(point, place),
          }))
          .sort((a, b) => a.distanceKm - b.distanceKm)
          .slice(0, ENTRIES_TOLD);
  return { entry, entries, route: entry === null ? null : routeOfEntry({ ...question, entry }) };
}
