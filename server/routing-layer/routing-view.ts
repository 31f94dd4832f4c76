import type { Point } from "../connectivity-management/domain/estimate-round-trip.ts";
import type { UserFlow } from "../kpi-intake/index.ts";
import { AppError, messageOf } from "../platform/app-error.ts";
import type { Clock } from "../platform/clock.ts";
import type { RoutingObserver } from "./control-port.ts";
import { measuredWays, routeOfEntry, routeOfUser, type MeasuredWays, type UserRoute } from "./domain/explain-route.ts";
import type { EntryStatus, RouteComponent, RouteSnapshot } from "./domain/snapshot.ts";

/** Where a user is, as somebody says it: one of these. */
export type UserPlace =
  | { readonly kind: "address"; readonly address: string }
  | { readonly kind: "country"; readonly country: string }
  | { readonly kind: "point"; readonly latitude: number; readonly longitude: number };

export interface RoutingViewDeps {
  readonly lastSnapshot: () => Promise<RouteSnapshot | null>;
  readonly observer: RoutingObserver;
  /** Users' requests by entry and place, of the last minutes. */
  readonly flows: (now: Date) => Promise<readonly UserFlow[]>;
  readonly countryCentre: (country: string) => Point | null;
  /** Instances that refuse, since their component is being moved. */
  readonly sealed: () => Promise<ReadonlySet<string>>;
  /** Why nothing new moves; null while nothing is frozen. */
  readonly frozen: () => Promise<string | null>;
  readonly clock: Clock;
}

export type RoutingView = ReturnType<typeof createRoutingView>;

/** Routes as they are published, acknowledged and used, and where a user would go: explained by the gateway's own functions. */
export function createRoutingView(deps: RoutingViewDeps) {
  return {
    table: () => table(deps),
    simulate: (component: string, from: UserPlace) => simulate(deps, component, from),
  };
}

interface Gateway {
  /** Why it does not answer; null where it does. */
  readonly problem: string | null;
  readonly statuses: readonly EntryStatus[];
  readonly measured: MeasuredWays;
}

/** A gateway that does not answer is said so; its routes are known without it. */
async function readGateway({ observer }: RoutingViewDeps): Promise<Gateway> {
  try {
    const [statuses, latencies] = await Promise.all([observer.statuses(), observer.latencies()]);
    return { problem: null, statuses, measured: measuredWays(latencies) };
  } catch (error) {
    return { problem: messageOf(error), statuses: [], measured: new Map() };
  }
}

async function table(deps: RoutingViewDeps) {
  const [snapshot, gateway, flows] = await Promise.all([deps.lastSnapshot(), readGateway(deps), deps.flows(deps.clock.now())]);
  const inForce = new Map(gateway.statuses.map((status) => [status.entry, status]));
  return {
    version: snapshot?.version ?? null,
    publishedAt: snapshot?.publishedAt ?? null,
    gatewayProblem: gateway.problem,
    entries: (snapshot?.dataCenters ?? []).map(({ name }) => {
      const status = inForce.get(name);
      return {
        dataCenter: name,
        version: status?.version ?? null,
        acknowledged: status !== undefined && status.version >= (snapshot?.version ?? 0),
        holding: (status?.holds ?? []).filter(({ state }) => state === "holding").map(({ component }) => component),
      };
    }),
    components: (snapshot?.components ?? []).map((component) =>
      componentRoutes(component, { snapshot, measured: gateway.measured, flows }),
    ),
  };
}

interface Seen {
  readonly snapshot: RouteSnapshot | null;
  readonly measured: MeasuredWays;
  readonly flows: readonly UserFlow[];
}

function componentRoutes(component: RouteComponent, { snapshot, measured, flows }: Seen) {
  const own = flows.filter((flow) => flow.component === component.component);
  const all = own.reduce((sum, flow) => sum + flow.requestsPerSecond, 0);
  return {
    component: component.component,
    entrypoint: component.entrypoint,
    stateKind: component.stateKind,
    epoch: component.epoch,
    instances: component.instances.map(({ name, dataCenter, epoch }) => ({ name, dataCenter, epoch })),
    requestsPerSecond: all,
    routes: (snapshot?.dataCenters ?? []).map(({ name: entry }) => {
      const { chosen } = snapshot ? routeOfEntry({ snapshot, component, entry, measured }) : { chosen: null };
      const users = own.filter((flow) => flow.entry === entry);
      const requestsPerSecond = users.reduce((sum, flow) => sum + flow.requestsPerSecond, 0);
      return {
        entry,
        chosen,
        requestsPerSecond,
        share: all === 0 ? null : requestsPerSecond / all,
        served: users.map(({ dataCenter, requestsPerSecond: rate, latencyMsP95 }) => ({
          dataCenter,
          requestsPerSecond: rate,
          latencyMsP95,
        })),
      };
    }),
  };
}

async function simulate(deps: RoutingViewDeps, key: string, from: UserPlace) {
  const snapshot = await deps.lastSnapshot();
  const component = snapshot?.components.find((entry) => entry.component === key);
  if (!snapshot || !component) throw new AppError("not-found", `no route is published for ${key}`);
  const [user, gateway, sealed, frozen] = await Promise.all([
    locate(deps, from),
    readGateway(deps),
    deps.sealed(),
    deps.frozen(),
  ]);
  const open = new Set(gateway.statuses.filter(({ version }) => version > 0).map(({ entry }) => entry));
  // Of a gateway that does not answer nobody knows which entries are open: then all count.
  const isOpen = (place: string): boolean => gateway.problem !== null || open.has(place);
  const answer = routeOfUser({ snapshot, component, measured: gateway.measured, point: user, isOpen });
  return {
    component: key,
    version: snapshot.version,
    from: { kind: from.kind, ...(user ?? UNPLACED) },
    entry: answer.entry,
    entries: [...answer.entries],
    chosen: answer.route?.chosen ?? null,
    runnerUp: answer.route?.runnerUp ?? null,
    notes: notesOf({ component, answer, gateway, sealed, frozen, placed: user !== null }),
  };
}

interface Located extends Point {
  readonly country: string | null;
  readonly city: string | null;
  /** How far off this may be, km; null where it was given as a point. */
  readonly accuracyKm: number | null;
}

const UNPLACED = { latitude: null, longitude: null, country: null, city: null, accuracyKm: null };
/** The middle of a country stands for anybody in it. */
const COUNTRY_ACCURACY_KM = 800;

async function locate({ observer, countryCentre }: RoutingViewDeps, from: UserPlace): Promise<Located | null> {
  if (from.kind === "point")
    return { latitude: from.latitude, longitude: from.longitude, country: null, city: null, accuracyKm: null };
  if (from.kind === "address") return await observer.locate(from.address);
  const centre = countryCentre(from.country);
  const message = `no country ${from.country} is known, expected two letters such as BR`;
  if (!centre) throw new AppError("bad-input", `country: ${message}`, { errors: [{ path: "country", message }] });
  return { ...centre, country: from.country, city: null, accuracyKm: COUNTRY_ACCURACY_KM };
}

interface NoteQuestion {
  readonly component: RouteComponent;
  readonly answer: UserRoute;
  readonly gateway: Gateway;
  readonly sealed: ReadonlySet<string>;
  readonly frozen: string | null;
  readonly placed: boolean;
}

/** While a move is tried, where a user goes is drawn by who they are: the answer above stands for one of them. */
function trialOf({ shares }: RouteComponent): string {
  const [tried, ...others] = shares;
  if (!tried) return "";
  const where = others.map(({ dataCenter }) => dataCenter).join(", ");
  return `A move is tried on ${tried.percent} % of its users: they are served in ${tried.dataCenter}, the others in ${where}.`;
}

/** What somebody should know beside the answer. */
function notesOf({ component, answer, gateway, sealed, frozen, placed }: NoteQuestion) {
  const { component: key, entrypoint } = component;
  const chosen = answer.route?.chosen ?? null;
  const holds = gateway.statuses
    .find(({ entry }) => entry === answer.entry)
    ?.holds.some(({ component: held, state }) => held === key && state === "holding");
  const note = (applies: boolean | undefined, code: string, message: string) => (applies === true ? [{ code, message }] : []);
  return [
    ...note(
      gateway.problem !== null,
      "gateway-silent",
      "The gateway does not answer: this is what the routes and links say, not what it measured.",
    ),
    ...note(!placed, "unplaced", "Nobody knows where this address is: such users enter at the busiest place."),
    ...note(!entrypoint, "internal", `Only other components reach ${key}; a client's request for it is answered 404.`),
    ...note(chosen === null, "no-instance", `No instance of ${key} at epoch ${component.epoch} can serve: 503 with Retry-After.`),
    ...note(component.shares.length > 0, "canary", trialOf(component)),
    ...note(
      holds,
      "held",
      `The entry at ${answer.entry ?? ""} holds requests of ${key} now: they wait until its move has switched.`,
    ),
    ...note(
      chosen !== null && sealed.has(chosen.instance),
      "sealed",
      `${chosen?.instance ?? ""} is sealed: it refuses, and the entry holds what it refused.`,
    ),
    ...note(frozen !== null, "frozen", `Moves are frozen: ${frozen ?? ""}. Routes stay as they are.`),
  ];
}
