import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { join } from "node:path";
import { loadWorld } from "../lab/index.ts";
import { createEmbeddedPostgres, type EmbeddedPostgres } from "../platform/db/embedded-postgres.ts";
import { migrate } from "../platform/db/migrate.ts";
import { prepareAppRole } from "../platform/db/roles.ts";
import { readInstallationEnv } from "../platform/env.ts";
import { freePort } from "../platform/ports.ts";
import type { Wiring } from "../platform/wiring.ts";
import { prepareWiring } from "../processes/up/prepare-wiring.ts";
import { prepareWorld } from "../processes/up/prepare-world.ts";
import { cutOff } from "./cut-off.ts";

const root = new URL("../..", import.meta.url).pathname.replace(/\/$/, "");
const AUTH_SECRET = "tests-sign-nobody-in-0000000-0123456789";

export interface TestPlace {
  readonly name: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly country: string;
}

export interface TestWorldOptions {
  readonly places: readonly TestPlace[];
  /** `from,to,milliseconds` lines. */
  readonly roundTrips: readonly string[];
  /** Components of the application `shop`, as in an `app-topology/1` file; all start in the first place. */
  readonly components: readonly Readonly<Record<string, unknown>>[];
  /** A bug planted on purpose. */
  readonly planted?: string | null;
  readonly leaseTtlMs?: number;
  /** Makes the components' disks slower. */
  readonly slowDiskMs?: number;
}

function writeWorldFile(folder: string, options: TestWorldOptions): string {
  const { components, places, roundTrips } = options;
  const topology = {
    schema: "app-topology/1",
    app: "shop",
    entrypoints: components.map(({ id }) => id),
    components: components.map((component) => ({ entrypoint: true, cpuMs: 0.1, ...component })),
    edges: [],
  };
  const dataCenters = places.map(({ name, ...location }) => ({
    metadata: { name },
    spec: { location, capacity: { cpu: "8", memory: "16Gi", storage: "64Gi" } },
  }));
  const spec = {
    dataCenters,
    rtt: { csv: "rtt.csv" },
    applications: [{ topology: "shop.json" }],
    users: { requestsPerSecond: 0 },
    initialPlacement: { strategy: "single", dataCenter: places[0]?.name ?? "" },
  };
  writeFileSync(join(folder, "shop.json"), JSON.stringify(topology));
  writeFileSync(join(folder, "rtt.csv"), ["from,to,rtt_ms", ...roundTrips, ""].join("\n"));
  const file = join(folder, "world.yaml");
  writeFileSync(file, JSON.stringify({ apiVersion: "geostitch.dev/v1", kind: "LabWorld", metadata: { name: "test" }, spec }));
  return file;
}

const HOST_BACK_WITHIN_MS = 10_000;

/** Three places on three continents, for tests of their own choice among them. */
export const TEST_PLACES = {
  east: { name: "east", latitude: 39.07, longitude: -77.48, country: "US" },
  middle: { name: "middle", latitude: 50.11, longitude: 8.68, country: "DE" },
  far: { name: "far", latitude: 1.29, longitude: 103.85, country: "SG" },
} as const satisfies Record<string, TestPlace>;

/** Two of them 40 ms apart, and nothing that runs there yet. */
export const TWO_PLACES: TestWorldOptions = {
  places: [TEST_PLACES.east, TEST_PLACES.middle],
  roundTrips: ["east,middle,40"],
  components: [],
};

/** The product without its console, as real processes, the orchestrator apart so that it can be killed. */
export class TestWorld {
  readonly #folder: string;
  readonly #env: Record<string, string>;
  readonly #postgres: EmbeddedPostgres;
  readonly #children = new Map<string, ChildProcess>();
  readonly wiring: Wiring;
  readonly appUrl: string;

  private constructor(parts: {
    folder: string;
    env: Record<string, string>;
    postgres: EmbeddedPostgres;
    wiring: Wiring;
    appUrl: string;
  }) {
    this.#folder = parts.folder;
    this.#env = parts.env;
    this.#postgres = parts.postgres;
    this.wiring = parts.wiring;
    this.appUrl = parts.appUrl;
  }

  static async start(options: TestWorldOptions): Promise<TestWorld> {
    const folder = mkdtempSync(join(tmpdir(), "geostitch-world-"));
    const dataDir = join(folder, "data");
    mkdirSync(dataDir, { mode: 0o700 });
    const worldFile = writeWorldFile(folder, options);
    const [gatewayPort, intakePort, consolePort] = [await freePort(), await freePort(), await freePort()];
    const ports = {
      GEOSTITCH_GATEWAY_PORT: String(gatewayPort),
      GEOSTITCH_INTAKE_PORT: String(intakePort),
      GEOSTITCH_CONSOLE_PORT: String(consolePort),
    };
    const installation = readInstallationEnv({ ...ports, GEOSTITCH_DATA_DIR: dataDir } as unknown as NodeJS.ProcessEnv, root);
    const world = loadWorld(worldFile);
    const postgres = createEmbeddedPostgres(dataDir);
    const ownerUrl = await postgres.start();
    await migrate(ownerUrl, join(root, "prisma/migrations"));
    const appUrl = await prepareAppRole({ ownerUrl, appUrl: null, embedded: true, dataDir });
    const { wiring, file } = await prepareWiring(installation, world);
    await prepareWorld({
      databaseUrl: ownerUrl,
      authSecret: AUTH_SECRET,
      person: { email: "a@b.cd", password: () => "not-used-here" },
      world,
    });
    const env = {
      PATH: process.env["PATH"] ?? "",
      HOME: process.env["HOME"] ?? "/",
      NODE_OPTIONS: "--disable-warning=ExperimentalWarning",
      GEOSTITCH_PROCESS_DATABASE_URL: appUrl,
      GEOSTITCH_WIRING: file,
      GEOSTITCH_AUTH_SECRET: AUTH_SECRET,
      GEOSTITCH_DATA_DIR: dataDir,
      NODE_COMPILE_CACHE: join(dataDir, "compile-cache"),
      GEOSTITCH_LEASE_TTL_MS: String(options.leaseTtlMs ?? 2_000),
      GEOSTITCH_FIRST_PLACE: options.places[0]?.name ?? "",
      GEOSTITCH_LAB_WORLD: worldFile,
      GEOSTITCH_LAB_CLIENTS: "off",
      ...(options.slowDiskMs === undefined ? {} : { GEOSTITCH_LAB_SLOW_DISK_MS: String(options.slowDiskMs) }),
      ...(options.planted ? { GEOSTITCH_LAB_PLANT: options.planted } : {}),
    };
    const started = new TestWorld({ folder, env, postgres, wiring, appUrl });
    for (const name of ["lab", "host", "gateway"]) started.spawn(name);
    return started;
  }

  spawn(name: string, extra: Readonly<Record<string, string>> = {}): ChildProcess {
    const log = openSync(join(this.#folder, `${name}.log`), "a");
    const env = { ...this.#env, ...extra } as unknown as NodeJS.ProcessEnv;
    const child = spawn(process.execPath, [join(root, `server/processes/${name}.ts`)], {
      cwd: root,
      env,
      stdio: ["ignore", log, log],
    });
    closeSync(log);
    this.#children.set(name, child);
    return child;
  }

  /** Ends a process as `kill -9` does and starts it again, as the supervisor would. False: it was not running. */
  restart(name: string): boolean {
    const running = this.#children.get(name);
    const killed = running?.kill("SIGKILL") ?? false;
    this.spawn(name);
    return killed;
  }

  /** The same, without starting it again. */
  kill(name: string): boolean {
    return this.#children.get(name)?.kill("SIGKILL") ?? false;
  }

  get dataDir(): string {
    return join(this.#folder, "data");
  }

  /** The same with the database. */
  async restartDatabase(): Promise<boolean> {
    const pid = this.#postgres.pid();
    if (pid !== null) process.kill(pid, "SIGKILL");
    await this.#postgres.ensureRunning();
    return pid !== null;
  }

  /** Asks the host; one that was just killed is asked again until it is back. */
  async askHost(
    path: string,
    init: { readonly method?: string; readonly headers?: Record<string, string> } = {},
  ): Promise<Response> {
    const { url, token } = this.wiring.host;
    const request = { ...init, headers: { ...init.headers, authorization: `Bearer ${token}` } };
    const deadline = performance.now() + HOST_BACK_WITHIN_MS;
    for (;;) {
      const answer = await fetch(`${url}${path}`, request).catch(() => null);
      if (answer) return answer;
      if (performance.now() > deadline) throw new Error(`the host did not answer within ${HOST_BACK_WITHIN_MS} ms`);
      await delay(100);
    }
  }

  /** Cuts a place off from all others, or joins it again. */
  cutOff(name: string, cut: boolean): Promise<void> {
    return cutOff(this.wiring, name, cut);
  }

  /** What runs, as the host says. */
  async instances(): Promise<readonly { readonly name: string; readonly pid: number | null; readonly port: number | null }[]> {
    const answer = await this.askHost("/v1/instances");
    return ((await answer.json()) as { items: { name: string; pid: number | null; port: number | null }[] }).items;
  }

  marker(point: string): string {
    return join(this.#folder, `fired-${point.replaceAll(":", "-")}-${Date.now()}`);
  }

  async stop(): Promise<void> {
    for (const [name, child] of this.#children) if (name !== "host") child.kill("SIGKILL");
    const host = this.#children.get("host");
    await new Promise<void>((resolve) => {
      host?.once("exit", () => resolve());
      host?.kill("SIGTERM");
    });
    await this.#postgres.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
