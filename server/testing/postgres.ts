import { join } from "node:path";
import pg from "pg";
import { inject } from "vitest";
import { migrate } from "../platform/db/migrate.ts";
import { prepareAppRole } from "../platform/db/roles.ts";

export const MIGRATIONS = join(new URL("../..", import.meta.url).pathname, "prisma/migrations");

/** An empty database of its own; answers the owner's address. */
export async function emptyDatabase(name: string): Promise<string> {
  const url = inject("postgresUrl");
  const database = `test_${name.replace(/[^a-z0-9]+/g, "_")}_${process.pid}`;
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`drop database if exists ${database} with (force)`);
  await client.query(`create database ${database}`);
  await client.end();
  return url.replace(/\/[^/]*$/, `/${database}`);
}

/** The same with every migration applied, and the address of the less-privileged role that the processes use. */
export async function freshDatabase(name: string): Promise<{ ownerUrl: string; appUrl: string }> {
  const ownerUrl = await emptyDatabase(name);
  await migrate(ownerUrl, MIGRATIONS);
  return { ownerUrl, appUrl: await appRoleOf(ownerUrl) };
}

/** Roles belong to the whole server: files that run at once take turns at making this one. */
async function appRoleOf(ownerUrl: string): Promise<string> {
  const client = new pg.Client({ connectionString: inject("postgresUrl") });
  await client.connect();
  try {
    await client.query("select pg_advisory_lock(42)");
    return await prepareAppRole({ ownerUrl, appUrl: null, embedded: true, dataDir: inject("postgresFolder") });
  } finally {
    await client.end();
  }
}
