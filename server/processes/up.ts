import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadWorld } from "../lab/index.ts";
import { firstPlace, type World } from "../lab/domain/world.ts";
import { AppError, messageOf } from "../platform/app-error.ts";
import { createEmbeddedPostgres, type EmbeddedPostgres } from "../platform/db/embedded-postgres.ts";
import { migrate } from "../platform/db/migrate.ts";
import { prepareAppRole } from "../platform/db/roles.ts";
import { readInstallationEnv, type InstallationEnv } from "../platform/env.ts";
import { keptSecret } from "../platform/kept-secret.ts";
import { requirePlaceFile, showsDbIp } from "../user-proximity/drivers/mmdb/lookup.ts";
import { Child, type ChildSpec } from "./up/children.ts";
import { FirstPassword } from "./up/first-password.ts";
import { DataLock } from "./up/leftovers.ts";
import { prepareWiring } from "./up/prepare-wiring.ts";
import { prepareWorld } from "./up/prepare-world.ts";
import { requirePorts } from "./up/require-ports.ts";
import { waitForComponents, waitForUrls } from "./up/wait-ready.ts";

/** `npm start`: the database, the console with the orchestrator, the intake, the gateway, the host and the lab, as processes. */
const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");
const SHIPPED_WORLD = join(root, "server/lab/worlds/three-continents/world.yaml");
const POSTGRES_CHECK_MS = 1_000;

interface Running {
  readonly children: Child[];
  postgres: EmbeddedPostgres | null;
  lock: DataLock | null;
}

const running: Running = { children: [], postgres: null, lock: null };
let stopping = false;
/** Asked anew each time: a signal may have come while something was waited for. */
const isStopping = (): boolean => stopping;

process.on("SIGTERM", () => void stop(0));
process.on("SIGINT", () => void stop(0));
process.on("SIGHUP", () => void stop(0));

try {
  await up();
} catch (error) {
  // What is torn down by a signal fails for that reason alone, and the stop that it began goes on.
  if (!isStopping()) complain(error);
  await stop(1);
}

function complain(error: unknown): void {
  console.error(`geostitch: ${messageOf(error)}`);
  if (!(error instanceof AppError) && !isSystemError(error)) console.error(error);
}

/** A full disk, a folder that cannot be written to: its message says what and where, a stack adds nothing. */
function isSystemError(error: unknown): boolean {
  return error instanceof Error && "syscall" in error;
}

async function up(): Promise<void> {
  const env = readInstallationEnv(process.env, root);
  if (env.GEOSTITCH_GEOIP_DB !== undefined) requirePlaceFile(env.GEOSTITCH_GEOIP_DB);
  const world = env.GEOSTITCH_LAB === "on" ? loadWorld(env.GEOSTITCH_LAB_WORLD ?? SHIPPED_WORLD) : null;
  for (const remark of world?.remarks ?? []) console.error(`geostitch: ${remark}; the lab runs without it`);
  const logs = join(env.dataDir, "logs");
  makeFolder(logs);
  running.lock = new DataLock(env.dataDir, launchersOf(process.env));
  await requirePorts(env);
  const { ownerUrl, appUrl } = await prepareDatabase(env);
  const { wiring, file } = await prepareWiring(env, world);
  const authSecret = keptSecret(join(env.dataDir, "auth-secret"));
  const password = new FirstPassword(env.dataDir, env.GEOSTITCH_ADMIN_PASSWORD ?? null);
  await prepareWorld({
    databaseUrl: ownerUrl,
    authSecret,
    person: { email: env.GEOSTITCH_ADMIN_EMAIL, password: () => password.choose() },
    world,
  });
  // Whatever is started after a stop has begun would be left behind by it.
  if (isStopping()) return;
  const common = processEnvironment(env, { appUrl, wiringFile: file, authSecret, world });
  for (const spec of childSpecs(env, common, world)) {
    const child = new Child(spec, logs, running.lock);
    running.children.push(child);
    child.start();
  }
  console.error("geostitch: starting the processes …");
  await waitForUrls(
    { console: `${wiring.console.url}/readyz`, gateway: `${wiring.gateway.url}/readyz`, intake: `${wiring.intake.url}/readyz` },
    60_000,
  );
  const places = world?.file.spec.dataCenters.map(({ metadata }) => metadata.name) ?? [];
  if (world) await waitForComponents({ databaseUrl: ownerUrl, wiring, places }, 60_000);
  const urls = `console=${wiring.console.url} gateway=${wiring.gateway.url} intake=${wiring.intake.url}`;
  if (isStopping()) return;
  console.log(`ready ${urls} user=${env.GEOSTITCH_ADMIN_EMAIL} password=${password.untold() ?? "(set)"}`);
  password.told();
  if (running.postgres) keepPostgres(running.postgres);
}

/** A data folder that cannot be made is the fault of its setting. */
function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new AppError("bad-input", `GEOSTITCH_DATA_DIR: ${messageOf(cause)}`, { cause });
  }
}

/** The start script, and npm where that started it: see scripts/lib.mjs. */
function launchersOf(source: NodeJS.ProcessEnv): number[] {
  return (source["GEOSTITCH_LAUNCHERS"] ?? "")
    .split(",")
    .map(Number)
    .filter((pid) => pid > 1);
}

async function prepareDatabase(env: InstallationEnv): Promise<{ ownerUrl: string; appUrl: string }> {
  console.error(
    env.DATABASE_URL === undefined ? "geostitch: starting the database …" : "geostitch: using the database of DATABASE_URL …",
  );
  // Known before it is started: a signal that comes meanwhile has to end it, too.
  if (env.DATABASE_URL === undefined) running.postgres = createEmbeddedPostgres(env.dataDir);
  const ownerUrl = env.DATABASE_URL ?? (await running.postgres?.start()) ?? "";
  const applied = await migrate(ownerUrl, join(root, "prisma/migrations"));
  if (applied.length > 0) console.error(`geostitch: applied ${applied.length} migrations`);
  const appUrl = await prepareAppRole({
    ownerUrl,
    appUrl: env.GEOSTITCH_DATABASE_APP_URL ?? null,
    embedded: env.DATABASE_URL === undefined,
    dataDir: env.dataDir,
  });
  return { ownerUrl, appUrl };
}

interface Parts {
  readonly appUrl: string;
  readonly wiringFile: string;
  readonly authSecret: string;
  readonly world: World | null;
}

/** What every process gets; the owner's address of the database is not among it. */
function processEnvironment(env: InstallationEnv, { appUrl, wiringFile, authSecret, world }: Parts): Record<string, string> {
  const passed = [
    "PATH",
    "HOME",
    "TZ",
    "LANG",
    "GEOSTITCH_FAULT_POINT",
    "GEOSTITCH_LAB_PLANT",
    "GEOSTITCH_LAB_CLIENTS",
    "NODE_EXTRA_CA_CERTS",
  ];
  return {
    ...Object.fromEntries(passed.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : []))),
    GEOSTITCH_SHOWS_DB_IP: showsDbIp(env.GEOSTITCH_GEOIP_DB ?? null) ? "on" : "off",
    ...(env.GEOSTITCH_GEOIP_DB === undefined ? {} : { GEOSTITCH_GEOIP_DB: env.GEOSTITCH_GEOIP_DB }),
    GEOSTITCH_LOG_LEVEL: env.GEOSTITCH_LOG_LEVEL,
    GEOSTITCH_TRUSTED_PROXIES: env.GEOSTITCH_TRUSTED_PROXIES,
    NODE_ENV: "production",
    NODE_OPTIONS: "--disable-warning=ExperimentalWarning",
    NODE_COMPILE_CACHE: join(env.dataDir, "compile-cache"),
    NEXT_TELEMETRY_DISABLED: "1",
    GEOSTITCH_PROCESS_DATABASE_URL: appUrl,
    GEOSTITCH_WIRING: wiringFile,
    GEOSTITCH_AUTH_SECRET: authSecret,
    GEOSTITCH_DATA_DIR: env.dataDir,
    GEOSTITCH_BIND: env.GEOSTITCH_BIND,
    GEOSTITCH_ORCHESTRATOR: env.GEOSTITCH_ORCHESTRATOR,
    GEOSTITCH_LEASE_TTL_MS: String(env.GEOSTITCH_LEASE_TTL_MS),
    GEOSTITCH_WORLD_NAME: world?.file.metadata.name ?? "default",
    GEOSTITCH_FIRST_PLACE: world ? firstPlace(world) : "",
    GEOSTITCH_CONSOLE_INTAKE: env.GEOSTITCH_CONSOLE_INTAKE ?? (world ? "on" : "off"),
    GEOSTITCH_LAB_WORLD: env.GEOSTITCH_LAB_WORLD ?? SHIPPED_WORLD,
    GEOSTITCH_LAB_SPEED: String(env.GEOSTITCH_LAB_SPEED),
    GEOSTITCH_LAB_SEED: String(env.GEOSTITCH_LAB_SEED),
    ...(env.GEOSTITCH_LAB_CLOCK === undefined ? {} : { GEOSTITCH_LAB_CLOCK: env.GEOSTITCH_LAB_CLOCK }),
  };
}

function childSpecs(env: InstallationEnv, common: Record<string, string>, world: World | null): ChildSpec[] {
  const own = (name: string, ...args: readonly string[]): ChildSpec => ({
    name,
    args: [join(root, `server/processes/${name}.ts`), ...args],
    env: common,
  });
  return [
    ...(world ? [own("lab")] : []),
    own("host"),
    own("intake"),
    own("gateway"),
    ...(env.GEOSTITCH_ORCHESTRATOR === "process" ? [own("orchestrator")] : []),
    own("console", env.GEOSTITCH_BIND, String(env.GEOSTITCH_CONSOLE_PORT)),
  ];
}

/** A database that was killed is started again; what was acknowledged is on its disk. */
function keepPostgres(postgres: EmbeddedPostgres): void {
  const check = async (): Promise<void> => {
    if (!stopping && !(await postgres.alive())) {
      console.error("geostitch: the database has ended and is started again");
      await postgres.ensureRunning().catch((error: unknown) => console.error(`geostitch: ${messageOf(error)}`));
    }
    if (!stopping) setTimeout(() => void check(), POSTGRES_CHECK_MS);
  };
  setTimeout(() => void check(), POSTGRES_CHECK_MS);
}

async function stop(code: number): Promise<void> {
  if (stopping) return;
  stopping = true;
  if (running.children.length > 0) console.error("geostitch: stopping …");
  // The users go first: what is torn down behind them is no failure of theirs.
  await Promise.all(running.children.filter((child) => child.name === "lab").map((child) => child.stop(1_500)));
  await Promise.all(running.children.map((child) => child.stop(4_000)));
  await running.postgres?.stop();
  running.lock?.release();
  process.exit(code);
}
