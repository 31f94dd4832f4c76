import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadWorld } from "../../lab/index.ts";
import { startEmbeddedPostgres, type EmbeddedPostgres } from "../../platform/db/embedded-postgres.ts";
import { migrate } from "../../platform/db/migrate.ts";
import { prepareAppRole } from "../../platform/db/roles.ts";
import { readInstallationEnv } from "../../platform/env.ts";
import { freePort } from "../../platform/ports.ts";
import type { Wiring } from "../../platform/wiring.ts";
import { prepareWiring } from "../../processes/up/prepare-wiring.ts";
import { prepareWorld } from "../../processes/up/prepare-world.ts";

const root = new URL("../../..", import.meta.url).pathname.replace(/\/$/, "");
const AUTH_SECRET = "crash-tests-sign-nobody-in-0123456789";

const place = (name: string, latitude: number, longitude: number, country: string) => ({
  metadata: { name },
  spec: { location: { latitude, longitude, country }, capacity: { cpu: "8", memory: "16Gi", storage: "64Gi" } },
});

/** Three places, one component that keeps its state. */
function writeWorldFile(folder: string): string {
  const topology = {
    schema: "app-topology/1",
    app: "shop",
    entrypoints: ["store"],
    components: [{ id: "store", kind: "db", stateful: "full", entrypoint: true, cpuMs: 0.1 }],
    edges: [],
  };
  const dataCenters = [place("east", 39.07, -77.48, "US"), place("middle", 50.11, 8.68, "DE"), place("far", 1.29, 103.85, "SG")];
  const spec = {
    dataCenters,
    rtt: { csv: "rtt.csv" },
    applications: [{ topology: "shop.json" }],
    users: { requestsPerSecond: 0 },
    initialPlacement: { strategy: "single", dataCenter: "east" },
  };
  writeFileSync(join(folder, "shop.json"), JSON.stringify(topology));
  writeFileSync(join(folder, "rtt.csv"), "from,to,rtt_ms\neast,middle,20\neast,far,60\nmiddle,far,40\n");
  const file = join(folder, "world.yaml");
  writeFileSync(file, JSON.stringify({ apiVersion: "geostitch.dev/v1", kind: "LabWorld", metadata: { name: "crash" }, spec }));
  return file;
}

/** The product without its console, as real processes, the orchestrator apart so that it can be killed. */
export class CrashWorld {
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

  static async start(planted: string | null): Promise<CrashWorld> {
    const folder = mkdtempSync(join(tmpdir(), "geostitch-crash-"));
    const dataDir = join(folder, "data");
    mkdirSync(dataDir, { mode: 0o700 });
    const worldFile = writeWorldFile(folder);
    const [gatewayPort, intakePort, consolePort] = [await freePort(), await freePort(), await freePort()];
    const ports = {
      GEOSTITCH_GATEWAY_PORT: String(gatewayPort),
      GEOSTITCH_INTAKE_PORT: String(intakePort),
      GEOSTITCH_CONSOLE_PORT: String(consolePort),
    };
    const installation = readInstallationEnv({ ...ports, GEOSTITCH_DATA_DIR: dataDir } as unknown as NodeJS.ProcessEnv, root);
    const world = loadWorld(worldFile);
    const postgres = await startEmbeddedPostgres(dataDir);
    await migrate(postgres.ownerUrl, join(root, "prisma/migrations"));
    const appUrl = await prepareAppRole({ ownerUrl: postgres.ownerUrl, appUrl: null, embedded: true, dataDir });
    const { wiring, file } = await prepareWiring(installation, world);
    await prepareWorld({
      databaseUrl: postgres.ownerUrl,
      authSecret: AUTH_SECRET,
      person: { email: "a@b.cd", password: "not-used-here" },
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
      GEOSTITCH_LEASE_TTL_MS: "2000",
      GEOSTITCH_FIRST_PLACE: "east",
      GEOSTITCH_LAB_WORLD: worldFile,
      GEOSTITCH_LAB_CLIENTS: "off",
      ...(planted === null ? {} : { GEOSTITCH_LAB_PLANT: planted }),
    };
    const crash = new CrashWorld({ folder, env, postgres, wiring, appUrl });
    for (const name of ["lab", "host", "gateway"]) crash.spawn(name);
    return crash;
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
