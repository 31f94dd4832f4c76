import { createHash, randomUUID } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { AppError, messageOf } from "../app-error.ts";
import { LOCKS } from "./locks.ts";

const SERVER_VERSION_MIN = 15;

/**
 * Applies Prisma's own migration folders in order, each in a transaction, and keeps Prisma's `_prisma_migrations`, so that
 * `prisma migrate` and this runner agree. A changed file that was applied already stops it. Answers the names applied now.
 */
export async function migrate(ownerUrl: string, folder: string): Promise<readonly string[]> {
  const client = await connectOwner(ownerUrl);
  try {
    await client.query("select pg_advisory_lock($1)", [LOCKS.migrate]);
    await client.query(`create table if not exists "_prisma_migrations" (
      id varchar(36) primary key, checksum varchar(64) not null, finished_at timestamptz, migration_name varchar(255) not null,
      logs text, rolled_back_at timestamptz, started_at timestamptz not null default now(), applied_steps_count integer not null default 0)`);
    const known = await client.query<{ migration_name: string; checksum: string }>(
      `select migration_name, checksum from "_prisma_migrations" where finished_at is not null and rolled_back_at is null`,
    );
    const checksums = new Map(known.rows.map((row) => [row.migration_name, row.checksum]));
    const applied: string[] = [];
    for (const name of migrationNames(folder)) {
      const sql = readFileSync(join(folder, name, "migration.sql"), "utf8");
      const checksum = createHash("sha256").update(sql).digest("hex");
      const before = checksums.get(name);
      if (before === checksum) continue;
      if (before !== undefined)
        throw new AppError("conflict", `migration ${name} was changed after it had been applied to this database`);
      await applyOne(client, { name, sql, checksum });
      applied.push(name);
    }
    await client.query("select geostitch_ensure_partitions(7)");
    return applied;
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    const where = redactUrl(ownerUrl);
    throw new AppError("unavailable", `the database at ${where} cannot be prepared: ${messageOf(cause)} (DATABASE_URL)`, {
      cause,
    });
  } finally {
    await client.end();
  }
}

function migrationNames(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, "migration.sql")))
    .sort();
}

async function applyOne(client: pg.Client, migration: { name: string; sql: string; checksum: string }): Promise<void> {
  const { name, sql, checksum } = migration;
  try {
    await client.query("begin");
    await client.query(sql);
    await client.query(
      `insert into "_prisma_migrations" (id, checksum, migration_name, finished_at, applied_steps_count) values ($1, $2, $3, now(), 1)`,
      [randomUUID(), checksum, name],
    );
    await client.query("commit");
  } catch (cause) {
    await client.query("rollback").catch(() => undefined);
    throw new AppError("unavailable", `migration ${name} failed and left nothing behind: ${messageOf(cause)}`, { cause });
  }
}

/** Connects as the owner, or says in one line why that database cannot be used. */
async function connectOwner(ownerUrl: string): Promise<pg.Client> {
  const where = redactUrl(ownerUrl);
  let client: pg.Client;
  try {
    client = new pg.Client({ connectionString: ownerUrl, connectionTimeoutMillis: 5_000 });
    client.on("error", () => undefined);
    await client.connect();
  } catch (cause) {
    throw new AppError("unavailable", `no PostgreSQL at ${where}: ${messageOf(cause)} (DATABASE_URL)`, { cause });
  }
  const { rows } = await client.query<{ server_version_num: string }>("show server_version_num");
  const major = Math.floor(Number(rows[0]?.server_version_num ?? 0) / 10_000);
  if (major < SERVER_VERSION_MIN) {
    await client.end();
    throw new AppError(
      "unavailable",
      `PostgreSQL ${String(major)} at ${where} is too old: ${String(SERVER_VERSION_MIN)} or newer is needed (DATABASE_URL)`,
    );
  }
  return client;
}

/** The address without its password, for messages. */
export function redactUrl(url: string): string {
  try {
    const parsed = new URL(url);
    return `${parsed.hostname}:${parsed.port || "5432"}${parsed.pathname}`;
  } catch {
    return "(an address that is no URL)";
  }
}
