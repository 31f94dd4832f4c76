import { pino } from "pino";
import { handleRest } from "../api/rest/handler.ts";
import type { Services, WorldInfo } from "../api/context.ts";
import { ROLES, systemActor, type Role } from "../platform/actor.ts";
import { openDatabase, type Database } from "../platform/db/client.ts";
import type { Wiring } from "../platform/wiring.ts";
import { composeServices } from "../processes/compose-services.ts";
import { composeOwnPlanning } from "../processes/planning-parts.ts";
import { freshDatabase } from "./postgres.ts";

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // What a JSON answer holds is for each test to say.
  readonly body: Record<string, never>;
}

export interface CallOptions {
  readonly role?: Role | "nobody";
  /** An object is sent as JSON, text as it is. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface TestApi {
  readonly database: Database;
  readonly services: Services;
  readonly ownerUrl: string;
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  /** A data centre is unreachable once nobody has heard of it for a while. */
  hear(): Promise<void>;
  close(): Promise<void>;
}

type GatewayAddress = Wiring["gateway"];
const NO_GATEWAY: GatewayAddress = {
  url: "http://127.0.0.1:1",
  adminUrl: "http://127.0.0.1:1",
  internalUrl: "http://127.0.0.1:1",
  token: "",
};

export const SECRET = "api-tests-sign-with-this-0123456789";
const SILENT = pino({ level: "silent" });

/** The HTTP API over a real database, without the engine: what is ordered stays ordered. */
export async function startApi(name: string, gateway: GatewayAddress = NO_GATEWAY): Promise<TestApi> {
  const { ownerUrl, appUrl } = await freshDatabase(name);
  const database = openDatabase(appUrl, { connectionsMax: 6 });
  // Nothing is foreseen: the look that this takes is kept for two seconds and would answer what the test asks next.
  const { looks, analysis } = composeOwnPlanning({ database, worldSpeed: 1 });
  const services = composeServices({
    database,
    databaseUrl: appUrl,
    secret: SECRET,
    gateway,
    planning: { looks, analysis },
    world: WORLD,
    logger: SILENT,
    wake: () => undefined,
  });
  const keys = new Map<Role, string>();
  for (const role of ROLES) keys.set(role, (await services.keys.create({ name: role, role, actor: systemActor("test") })).key);
  return {
    database,
    services,
    ownerUrl,
    call: async (method, path, { role = "administrator", body, headers = {} } = {}) => {
      const key = role === "nobody" ? null : (keys.get(role) ?? null);
      const request = new Request(`http://127.0.0.1/api/v1${path}`, {
        method,
        headers: { ...(key === null ? {} : { authorization: `Bearer ${key}` }), ...headers },
        ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      });
      const segments = new URL(request.url).pathname.split("/").slice(3).map(decodeURIComponent);
      const response = await handleRest(request, segments, services);
      const text = await response.text();
      return {
        status: response.status,
        headers: response.headers,
        body: (text === "" ? null : JSON.parse(text)) as Record<string, never>,
      };
    },
    hear: async () => {
      await database.prisma.dataCenter.updateMany({ data: { lastSeenAt: new Date() } });
    },
    close: async () => {
      await services.events.stop();
      await database.close();
    },
  };
}

const WORLD: WorldInfo = {
  name: "test",
  lab: false,
  labSpeed: null,
  place: null,
  gatewayUrl: "http://127.0.0.1:1",
  geoipAttribution: null,
  labClock: () => Promise.resolve(null),
};

export const dataCenter = (name: string, country = "US") => ({
  apiVersion: "geostitch.dev/v1",
  kind: "DataCenter",
  metadata: { name },
  spec: { location: { latitude: 39, longitude: -77, country }, capacity: { cpu: "4", memory: "8Gi", storage: "64Gi" } },
});

export const component = (name: string, spec: Readonly<Record<string, unknown>> = {}) => ({
  apiVersion: "geostitch.dev/v1",
  kind: "Component",
  metadata: { application: "shop", name },
  spec: { version: "1.0.0", artifact: { driver: "process", command: ["node", "x.js"] }, ...spec },
});

export const policy = (spec: Readonly<Record<string, unknown>> = {}) => ({
  apiVersion: "geostitch.dev/v1",
  kind: "Policy",
  metadata: { name: "default" },
  spec,
});

/** Two data centres, a component with a ready instance in the first, a policy and a link. */
export async function seedShop(api: TestApi): Promise<void> {
  const link = { apiVersion: "geostitch.dev/v1", kind: "Link", metadata: { from: "east", to: "west" }, spec: { rttMs: 60 } };
  const manifests = [dataCenter("east"), dataCenter("west", "DE"), policy(), link, component("cart")];
  const applied = await api.call("POST", "/apply", { body: manifests });
  if (applied.status !== 200) throw new Error(JSON.stringify(applied.body));
  await addInstance(api, "shop/cart", "east");
  await api.hear();
}

/** The first instance of a component, as its host would have reported it. */
export async function addInstance({ database }: TestApi, componentKey: string, place: string): Promise<void> {
  const served = { state: "ready", epoch: 1, version: "1.0.0", host: "127.0.0.1", port: 4000 };
  const name = `${componentKey.replace("/", ".")}.1`;
  await database.prisma.instance.create({ data: { name, componentKey, dataCenter: place, ...served } });
}
