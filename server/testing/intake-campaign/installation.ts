import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRegistryService } from "../../component-registry/index.ts";
import { createRegistryStore } from "../../component-registry/store/registry-store.ts";
import { createApiKeys } from "../../identity/index.ts";
import { createAgents } from "../../kpi-intake/index.ts";
import { systemActor } from "../../platform/actor.ts";
import { systemClock } from "../../platform/clock.ts";
import { openDatabase, type Database } from "../../platform/db/client.ts";
import { createEmbeddedPostgres, type EmbeddedPostgres } from "../../platform/db/embedded-postgres.ts";
import { migrate } from "../../platform/db/migrate.ts";
import { prepareAppRole } from "../../platform/db/roles.ts";
import { readInstallationEnv } from "../../platform/env.ts";
import { freePort } from "../../platform/ports.ts";
import { writeWhole } from "../../platform/write-whole.ts";
import { prepareWiring } from "../../processes/up/prepare-wiring.ts";
import { waitForUrls } from "../../processes/up/wait-ready.ts";

const root = new URL("../../..", import.meta.url).pathname.replace(/\/$/, "");
const AUTH_SECRET = "a-campaign-signs-nobody-in-0123456789";
const READY_WITHIN_MS = 30_000;
const actor = systemActor("campaign");

export const COMPONENTS = ["cart", "front"] as const;

export interface Agent {
  readonly id: string;
  readonly secret: string;
}

/** Intakes (two, where nothing else is asked for) on one database, as real processes, and the console where it is asked for; no orchestrator, no lab. */
export class Installation {
  readonly #folder: string;
  readonly #postgres: EmbeddedPostgres;
  readonly #children = new Map<string, ChildProcess>();
  readonly #env: Readonly<Record<string, string>>;
  readonly database: Database;
  /** The owner's address, for what the processes' role may not do. */
  readonly ownerUrl: string;
  readonly intakes: readonly string[];
  readonly consoleUrl: string;
  readonly gatewaySecret: string;
  readonly agents: ReturnType<typeof createAgents>;
  #markers = 0;

  private constructor(parts: {
    folder: string;
    postgres: EmbeddedPostgres;
    env: Record<string, string>;
    database: Database;
    ownerUrl: string;
    intakes: readonly string[];
    consoleUrl: string;
    gatewaySecret: string;
  }) {
    this.#folder = parts.folder;
    this.#postgres = parts.postgres;
    this.#env = parts.env;
    this.database = parts.database;
    this.ownerUrl = parts.ownerUrl;
    this.intakes = parts.intakes;
    this.consoleUrl = parts.consoleUrl;
    this.gatewaySecret = parts.gatewaySecret;
    this.agents = createAgents(parts.database, AUTH_SECRET);
  }

  static async start(options: { readonly console: boolean; readonly intakes?: 0 | 1 | 2 }): Promise<Installation> {
    const { intakes = 2 } = options;
    const folder = mkdtempSync(join(tmpdir(), "geostitch-intakes-"));
    const dataDir = join(folder, "data");
    mkdirSync(dataDir, { mode: 0o700 });
    const ports = { gateway: await freePort(), intake: await freePort(), console: await freePort(), other: await freePort() };
    const postgres = createEmbeddedPostgres(dataDir);
    const ownerUrl = await postgres.start();
    await migrate(ownerUrl, join(root, "prisma/migrations"));
    const appUrl = await prepareAppRole({ ownerUrl, appUrl: null, embedded: true, dataDir });
    const given = {
      GEOSTITCH_DATA_DIR: dataDir,
      GEOSTITCH_GATEWAY_PORT: String(ports.gateway),
      GEOSTITCH_INTAKE_PORT: String(ports.intake),
      GEOSTITCH_CONSOLE_PORT: String(ports.console),
    };
    const { wiring, file } = await prepareWiring(readInstallationEnv(given as unknown as NodeJS.ProcessEnv, root), null);
    const other = { ...wiring, intake: { ...wiring.intake, url: `http://127.0.0.1:${ports.other}` } };
    writeWhole(join(folder, "other-wiring.json"), JSON.stringify(other));
    const env = environment({ folder, dataDir, appUrl, wiringFile: file });
    const started = new Installation({
      folder,
      postgres,
      env,
      database: openDatabase(appUrl, { connectionsMax: 8 }),
      ownerUrl,
      intakes: [wiring.intake.url, other.intake.url],
      consoleUrl: wiring.console.url,
      gatewaySecret: wiring.intake.gatewaySecret,
    });
    await started.#seed();
    for (let index = 0; index < intakes; index += 1) started.#spawnIntake(index, {});
    if (options.console) started.#spawnConsole(ports.console);
    const urls = [...started.intakes.slice(0, intakes), ...(options.console ? [started.consoleUrl] : [])].map(
      (url) => `${url}/readyz`,
    );
    await waitForUrls(Object.fromEntries(urls.map((url) => [url, url])), READY_WITHIN_MS);
    return started;
  }

  /** A place, two components, and three instances of each. */
  async #seed(): Promise<void> {
    const { prisma } = this.database;
    const manifest = (kind: string, metadata: object, spec: object) => ({ apiVersion: "geostitch.dev/v1", kind, metadata, spec });
    const location = { latitude: 39, longitude: -77, country: "US" };
    const place = manifest("DataCenter", { name: "east" }, { location, capacity: { cpu: "4", memory: "8Gi", storage: "64Gi" } });
    const artifact = { driver: "process", command: ["node", "x.js"] };
    const components = COMPONENTS.map((name) =>
      manifest("Component", { application: "shop", name }, { version: "1.0.0", artifact }),
    );
    const registry = createRegistryService({ store: createRegistryStore(this.database), clock: systemClock });
    await registry.apply({ manifests: [place, ...components], dryRun: false, actor, requestId: null });
    const instance = { dataCenter: "east", state: "ready", epoch: 1, version: "1.0.0", host: "127.0.0.1", port: 4000 };
    await prisma.instance.createMany({
      data: COMPONENTS.flatMap((name) =>
        [1, 2, 3].map((number) => ({ ...instance, name: `shop.${name}.${number}`, componentKey: `shop/${name}` })),
      ),
    });
  }

  async agent(name: string, component: (typeof COMPONENTS)[number] = "cart"): Promise<Agent> {
    const { id, secret } = await this.agents.create({ name, components: [`shop/${component}`], actor, requestId: null });
    return { id, secret };
  }

  async rotate(id: string, revokeOld: boolean): Promise<Agent> {
    const { secret } = await this.agents.rotate({ id, revokeOld, actor, requestId: null });
    return { id, secret };
  }

  async apiKey(): Promise<string> {
    return (await createApiKeys(this.database).create({ name: "campaign", role: "administrator", actor })).key;
  }

  #spawn(name: string, args: readonly string[], extra: Readonly<Record<string, string>>): void {
    const log = openSync(join(this.#folder, `${name}.log`), "a");
    const env = { ...this.#env, ...extra } as NodeJS.ProcessEnv;
    this.#children.set(name, spawn(process.execPath, [...args], { cwd: root, env, stdio: ["ignore", log, log] }));
    closeSync(log);
  }

  #spawnIntake(index: number, extra: Readonly<Record<string, string>>): void {
    const wiring = index === 0 ? {} : { GEOSTITCH_WIRING: join(this.#folder, "other-wiring.json") };
    this.#spawn(`intake-${index}`, [join(root, "server/processes/intake.ts")], { ...wiring, ...extra });
  }

  #spawnConsole(port: number): void {
    const next = ["start", "-p", String(port), "-H", "127.0.0.1", root];
    this.#spawn("console", [join(root, "node_modules/next/dist/bin/next"), ...next], {});
  }

  /** Starts the second intake anew so that it ends, as `kill -9` does, at the first commit that it has not answered yet. Answers whether it did. */
  async armIntake(): Promise<() => Promise<boolean>> {
    this.#markers += 1;
    const marker = join(this.#folder, `killed-${this.#markers}`);
    await this.#replaceIntake({ GEOSTITCH_FAULT_POINT: `intake:after-commit@${marker}` });
    return async () => {
      await this.#replaceIntake({});
      return existsSync(marker);
    };
  }

  async #replaceIntake(extra: Readonly<Record<string, string>>): Promise<void> {
    await end(this.#children.get("intake-1"), "SIGKILL");
    this.#spawnIntake(1, extra);
    await waitForUrls({ intake: `${this.intakes[1] ?? ""}/readyz` }, READY_WITHIN_MS);
  }

  /** Everything that the processes logged as an error. */
  complaints(): readonly string[] {
    return [...this.#children.keys()].flatMap((name) =>
      readFileSync(join(this.#folder, `${name}.log`), "utf8")
        .split("\n")
        .filter((line) => /"level":[56]0/.test(line)),
    );
  }

  async stop(): Promise<void> {
    for (const child of this.#children.values()) await end(child, "SIGTERM");
    await this.database.close();
    await this.#postgres.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** What the supervisor would give each process. */
function environment(of: { folder: string; dataDir: string; appUrl: string; wiringFile: string }): Record<string, string> {
  return {
    PATH: process.env["PATH"] ?? "",
    HOME: process.env["HOME"] ?? "/",
    NODE_ENV: "production",
    NODE_OPTIONS: "--disable-warning=ExperimentalWarning",
    NODE_COMPILE_CACHE: join(of.folder, "compile-cache"),
    NEXT_TELEMETRY_DISABLED: "1",
    GEOSTITCH_LOG_LEVEL: "warn",
    GEOSTITCH_PROCESS_DATABASE_URL: of.appUrl,
    GEOSTITCH_WIRING: of.wiringFile,
    GEOSTITCH_AUTH_SECRET: AUTH_SECRET,
    GEOSTITCH_DATA_DIR: of.dataDir,
    GEOSTITCH_BIND: "127.0.0.1",
    GEOSTITCH_ORCHESTRATOR: "process",
    GEOSTITCH_CONSOLE_INTAKE: "on",
  };
}

async function end(child: ChildProcess | undefined, signal: NodeJS.Signals): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill(signal);
  const hard = setTimeout(() => child.kill("SIGKILL"), 5_000);
  await ended;
  clearTimeout(hard);
}
