import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chownSync, closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { AppError, messageOf } from "../app-error.ts";
import { freePort, isPortFree } from "../ports.ts";
import { writeWhole } from "../write-whole.ts";
import { resolvePostgresBinaries } from "./postgres-binaries.ts";

/** A PostgreSQL of our own in the data folder, listening on loopback only. */
export interface EmbeddedPostgres {
  /** Answers the owner's address; the processes get the less-privileged one. */
  start(): Promise<string>;
  /** Process id of the postmaster; null while none runs. */
  pid(): number | null;
  /** Whether it answers a query within two seconds. */
  alive(): Promise<boolean>;
  /** Starts it again after a crash, on the same port. */
  ensureRunning(): Promise<void>;
  /** Fast shutdown, also of one that is just being started: connections end, everything acknowledged stays. */
  stop(): Promise<void>;
}

interface Saved {
  readonly port: number;
  readonly password: string;
}

const READY_WITHIN_MS = 30_000;

/** The cluster under `<dataDir>/postgres`: made where it is missing, adopted when a crash of the supervisor left it running. */
export function createEmbeddedPostgres(dataDir: string): EmbeddedPostgres {
  const home = join(dataDir, "postgres");
  const cluster = join(home, "cluster");
  let saved: Saved | null = null;
  let child: ChildProcess | null = null;
  let isStopped = false;
  const known = (): Saved => {
    if (saved === null) throw new AppError("internal", "the embedded PostgreSQL was not started");
    return saved;
  };
  const launch = async (user: SystemUser | null): Promise<void> => {
    await launchUntilReady({
      home,
      cluster,
      port: known().port,
      url: urlOf(known()),
      user,
      launched: (process) => (child = process),
      isStopped: () => isStopped,
    });
  };
  return {
    start: async () => {
      const user = runAs();
      mkdirSync(home, { recursive: true, mode: 0o700 });
      if (user) chownSync(home, user.uid, user.gid);
      saved = await readOrChoose(join(dataDir, "postgres.json"), cluster);
      if (!existsSync(join(cluster, "PG_VERSION"))) await initialise(home, cluster, saved.password, user);
      if (!(await answers(urlOf(saved)))) await launch(user);
      return await ensureDatabase(urlOf(saved));
    },
    pid: () => runningPostmaster(cluster),
    alive: () => answers(urlOf(known())),
    ensureRunning: async () => {
      if (!(await answers(urlOf(known())))) await launch(runAs());
    },
    stop: async () => {
      isStopped = true;
      await stopPostmaster(cluster, child);
    },
  };
}

const urlOf = ({ port, password }: Saved): string => `postgresql://postgres:${password}@127.0.0.1:${String(port)}/postgres`;

interface SystemUser {
  readonly uid: number;
  readonly gid: number;
}

/** PostgreSQL refuses to run as root: as root it runs as `postgres` where that user exists, else as `nobody`. */
function runAs(): SystemUser | null {
  if (process.getuid?.() !== 0) return null;
  const lines = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .map((line) => line.split(":"));
  const entry = lines.find((fields) => fields[0] === "postgres") ?? lines.find((fields) => fields[0] === "nobody");
  if (!entry)
    throw new AppError(
      "unavailable",
      "the embedded PostgreSQL cannot run as root and neither user postgres nor nobody exists: set DATABASE_URL",
    );
  return { uid: Number(entry[2]), gid: Number(entry[3]) };
}

/**
 * The command that runs a binary as that user. The clone may lie in a folder that is closed to others (mode 0700), so the
 * process keeps the one capability to pass folders, CAP_DAC_READ_SEARCH, also for access(2) (`no_setuid_fixup`).
 */
function commandAs(user: SystemUser | null, binary: string, args: readonly string[]): [string, string[]] {
  if (!user) return [binary, [...args]];
  const id = ["--reuid", String(user.uid), "--regid", String(user.gid), "--clear-groups"];
  const keep = ["--securebits", "+no_setuid_fixup", "--inh-caps", "+dac_read_search", "--ambient-caps", "+dac_read_search"];
  const passesFolders = spawnSync("setpriv", [...id, ...keep, "true"], { stdio: "ignore" }).status === 0;
  return ["setpriv", [...id, ...(passesFolders ? keep : []), binary, ...args]];
}

/** The same port as last time, unless somebody else took it while this one did not run. */
async function readOrChoose(file: string, cluster: string): Promise<Saved> {
  const before = readSaved(file);
  if (before && (runningPostmaster(cluster) !== null || (await isPortFree(before.port)))) return before;
  const saved: Saved = { port: await freePort(), password: before?.password ?? randomBytes(18).toString("base64url") };
  writeWhole(file, JSON.stringify(saved));
  return saved;
}

function readSaved(file: string): Saved | null {
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Saved) : null;
}

async function initialise(home: string, cluster: string, password: string, user: SystemUser | null): Promise<void> {
  const { initdb } = await resolvePostgresBinaries();
  // Made beside its place: one that a `kill -9` cut off looks like a cluster and never starts.
  const unfinished = `${cluster}.unfinished`;
  for (const folder of [cluster, unfinished]) rmSync(folder, { recursive: true, force: true });
  const passwordFile = join(home, "initial-password");
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (user) chownSync(passwordFile, user.uid, user.gid);
  const args = [
    "-D",
    unfinished,
    "-U",
    "postgres",
    "--auth=scram-sha-256",
    `--pwfile=${passwordFile}`,
    "--encoding=UTF8",
    "--no-locale",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
  ];
  const [command, argv] = commandAs(user, initdb, args);
  const { status, stderr, error } = spawnSync(command, argv, { encoding: "utf8", cwd: "/" });
  rmSync(passwordFile, { force: true });
  if (status !== 0) {
    rmSync(unfinished, { recursive: true, force: true });
    throw new AppError(
      "unavailable",
      `the embedded PostgreSQL could not be made in ${cluster}: ${tellingLine(stderr || messageOf(error))}`,
    );
  }
  renameSync(unfinished, cluster);
}

interface Launch {
  readonly home: string;
  readonly cluster: string;
  readonly port: number;
  readonly url: string;
  readonly user: SystemUser | null;
  readonly launched: (process: ChildProcess) => void;
  readonly isStopped: () => boolean;
}

/** The first start after a `kill -9` of the postmaster may fail while its children still end, so it is tried again. */
async function launchUntilReady(launch: Launch): Promise<void> {
  const deadline = performance.now() + READY_WITHIN_MS;
  let child = await launchOnce(launch);
  while (performance.now() < deadline && !launch.isStopped()) {
    if (await answers(launch.url)) return;
    if (hasEnded(child) && !launch.isStopped()) {
      await delay(300);
      child = await launchOnce(launch);
    }
    await delay(50);
  }
  child.kill("SIGQUIT");
  const log = join(launch.home, "log");
  throw new AppError(
    "unavailable",
    `the embedded PostgreSQL did not become ready: ${tellingLine(readFileSync(log, "utf8"))} (log: ${log})`,
  );
}

async function launchOnce({ home, cluster, port, user, launched }: Launch): Promise<ChildProcess> {
  const { postgres } = await resolvePostgresBinaries();
  const settings = {
    port,
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    max_connections: 120,
    shared_buffers: "96MB",
    max_wal_size: "512MB",
    wal_compression: "on",
    log_min_messages: "warning",
    jit: "off",
  };
  const args = ["-D", cluster, ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${String(value)}`])];
  const [command, argv] = commandAs(user, postgres, args);
  const log = openSync(join(home, "log"), "a", 0o600);
  // Its own session: a Ctrl-C on the terminal must reach it last, after the processes that use it.
  const child = spawn(command, argv, { stdio: ["ignore", log, log], detached: true, cwd: "/" });
  closeSync(log);
  launched(child);
  return child;
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000, query_timeout: 2_000 });
  client.on("error", () => undefined);
  try {
    await client.connect();
    await client.query("select 1");
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function ensureDatabase(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rowCount } = await client.query("select 1 from pg_database where datname = 'geostitch'");
  if (!rowCount) await client.query("create database geostitch");
  await client.end();
  return url.replace(/\/postgres$/, "/geostitch");
}

/** The process that the cluster's file names, if it is still that one: after a `kill -9` the number may be somebody else's. */
function runningPostmaster(cluster: string): number | null {
  try {
    const pid = Number(readFileSync(join(cluster, "postmaster.pid"), "utf8").split("\n")[0]);
    return readFileSync(`/proc/${String(pid)}/cmdline`, "utf8").includes(cluster) ? pid : null;
  } catch {
    return null;
  }
}

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

/** One that has just been launched has not written its own process id down yet. */
async function stopPostmaster(cluster: string, child: ChildProcess | null): Promise<void> {
  const pid = child && !hasEnded(child) ? child.pid : runningPostmaster(cluster);
  if (pid === undefined || pid === null) return;
  for (const [signal, waitMs] of [
    ["SIGINT", 4_000],
    ["SIGQUIT", 1_500],
    ["SIGKILL", 500],
  ] as const) {
    if (!signalled(pid, signal)) return;
    const deadline = performance.now() + waitMs;
    while (performance.now() < deadline) {
      if (!signalled(pid, 0)) return;
      await delay(25);
    }
  }
}

function signalled(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}

/** The line that says why, among those that say what was tidied up after it. */
function tellingLine(text: string): string {
  const lines = text.trim().split("\n");
  return lines.findLast((line) => /no space|fatal|panic|error|could not|cannot/i.test(line)) ?? lines.at(-1) ?? "";
}
