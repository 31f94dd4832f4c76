import { createServer } from "node:net";
import { createLabControl, createRelay, loadWorld, Population, withAddresses } from "../lab/index.ts";
import { pairRoundTrips, worldManifests, type World } from "../lab/domain/world.ts";
import { createLogger } from "../platform/logger.ts";
import { listen, onStop } from "../platform/serve.ts";
import { readWiring } from "../platform/wiring.ts";
import { hasRoutesEverywhere } from "./routes-everywhere.ts";
import { openPlaceLookup } from "../user-proximity/drivers/mmdb/lookup.ts";

/** The lab's own process: the relays between places, and the users. */
const env = process.env;
const wiring = readWiring(env["GEOSTITCH_WIRING"] ?? "");
const logger = createLogger("lab");
const world = loadWorld(env["GEOSTITCH_LAB_WORLD"] ?? "");
const speed = Number(env["GEOSTITCH_LAB_SPEED"] ?? "60");
const seed = Number(env["GEOSTITCH_LAB_SEED"] ?? "1");
const roundTrips = pairRoundTrips(world);
const table = new Map(roundTrips.map((pair) => [`${pair.from}>${pair.to}`, pair.rttMs]));
for (const pair of roundTrips.filter((entry) => entry.estimated))
  logger.info({ ...pair }, "a pair without a measurement is estimated from its distance");

/** What somebody has made slower, by pair. */
const slower = new Map<string, number>();

function linkMs(from: string, to: string): number | null {
  const measured = table.get(`${from}>${to}`);
  if (from === to) return 0;
  return measured === undefined ? null : measured + (slower.get(`${from}>${to}`) ?? 0);
}

const relay = createRelay({ rttMs: linkMs });
if (wiring.relay) await listen(relay, `http://${wiring.relay.host}:${wiring.relay.port}`);

/** An entry point that never comes keeps the users of the others waiting no longer than this. */
const READY_WITHIN_MS = 60_000;

/** The day begins at the wall clock's time, or when it is told to, and runs `speed` times as fast. */
const startedMs = Date.now();
const beginsMs = env["GEOSTITCH_LAB_CLOCK"] === undefined ? startedMs : Date.parse(env["GEOSTITCH_LAB_CLOCK"]);
const clock = (): Date => new Date(beginsMs + (Date.now() - startedMs) * speed);

const population = new Population({
  cities: citiesWithAddresses(),
  places: world.file.spec.dataCenters.map(({ spec }) => spec.location),
  gatewayUrl: wiring.gateway.url,
  ...clientPaths(world),
  requestsPerSecond: world.file.spec.users.requestsPerSecond,
  followTheSun: world.file.spec.users.followTheSun,
  seed,
  clock,
  canBindLabAddresses: isLoopbackIPv4(wiring.gateway.url) && (await canBind("127.66.0.2")),
  trustSecret: wiring.lab?.trustSecret ?? "",
  onTrouble: troubleLog(),
});
if (wiring.lab) {
  const control = createLabControl({
    token: wiring.lab.token,
    name: world.file.metadata.name,
    clock,
    speed,
    seed,
    population,
    roundTrips,
    cutOff: relay.cutOff,
    slowLink: (from, to, extraMs) => {
      for (const pair of [`${from}>${to}`, `${to}>${from}`]) slower.set(pair, extraMs);
    },
  });
  await listen(control, wiring.lab.controlUrl);
}
if (env["GEOSTITCH_LAB_CLIENTS"] !== "off") void waitForGateway().then(() => population.start());
onStop(() => {
  population.stop();
  return Promise.resolve();
});

/** A world's own list of cities need not know addresses: the database that the gateway asks is asked here, the other way round. */
function citiesWithAddresses(): World["cities"] {
  if (world.cities.every(({ address }) => address !== null)) return world.cities;
  const lookup = openPlaceLookup(env["GEOSTITCH_GEOIP_DB"] ?? null);
  const cities = withAddresses(world.cities, (address) => lookup.locate(address), seed);
  const without = cities.filter(({ address }) => address === null).map(({ name, country }) => `${name} (${country})`);
  if (without.length > 0)
    logger.warn({ cities: without.slice(0, 20), count: without.length }, "no address is known of these cities");
  return cities;
}

/** Users come when there is something to use: before that every request would only count as a failure of the start. */
async function waitForGateway(): Promise<void> {
  const deadline = performance.now() + READY_WITHIN_MS;
  const answers = (path: string): Promise<boolean> =>
    fetch(`${wiring.gateway.url}${path}/`).then(
      (answer) => answer.ok,
      () => false,
    );
  const { entrypoints } = clientPaths(world);
  const places = world.file.spec.dataCenters.map(({ metadata }) => metadata.name);
  const isOpen = async (): Promise<boolean> =>
    (await Promise.all(entrypoints.map(answers))).every(Boolean) && (await hasRoutesEverywhere(wiring, places));
  while (performance.now() < deadline && !(await isOpen())) await new Promise((resolve) => setTimeout(resolve, 500));
}

/** What clients may call, and the first entry point that keeps documents. */
function clientPaths(of: World): { entrypoints: string[]; documents: string | null } {
  interface Declared {
    kind: string;
    metadata: { application: string; name: string };
    spec: { entrypoint: boolean; state: { kind: string } };
  }
  const components = (worldManifests(of) as unknown as Declared[]).filter(
    (manifest) => manifest.kind === "Component" && manifest.spec.entrypoint,
  );
  const path = ({ metadata }: Declared): string => `/${metadata.application}/${metadata.name}`;
  const keeper = components.find((component) => component.spec.state.kind === "full");
  return { entrypoints: components.map(path), documents: keeper ? path(keeper) : null };
}

/** From 127.66.0.0/16 nothing else can be reached. */
function isLoopbackIPv4(url: string): boolean {
  return new URL(url).hostname.startsWith("127.");
}

function canBind(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(0, address, () => server.close(() => resolve(true)));
  });
}

/** One line for the first trouble of its kind in a while: a dead component must not fill the disk. */
function troubleLog(): (what: string) => void {
  const last = new Map<string, number>();
  return (what) => {
    const kind = what.slice(0, 60);
    if (performance.now() - (last.get(kind) ?? Number.NEGATIVE_INFINITY) < 10_000) return;
    last.set(kind, performance.now());
    logger.warn({ what }, "a client's request failed");
  };
}
