import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { startEmbeddedPostgres } from "../platform/db/embedded-postgres.ts";
import { migrate } from "../platform/db/migrate.ts";
import { prepareAppRole } from "../platform/db/roles.ts";

const root = new URL("../..", import.meta.url).pathname;

/** A real PostgreSQL, one a machine and user, with a database of its own for each caller; it is left running for the next run. */
export async function freshDatabase(name: string): Promise<{ ownerUrl: string; appUrl: string }> {
  const dataDir = join(
    tmpdir(),
    `geostitch-test-${createHash("sha256")
      .update(`${root}${process.getuid?.() ?? 0}`)
      .digest("hex")
      .slice(0, 8)}`,
  );
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const postgres = await startEmbeddedPostgres(dataDir);
  const database = `test_${name.replace(/[^a-z0-9]+/g, "_")}_${process.pid}`;
  const client = new pg.Client({ connectionString: postgres.ownerUrl });
  await client.connect();
  await client.query(`drop database if exists ${database} with (force)`);
  await client.query(`create database ${database}`);
  await client.end();
  const ownerUrl = postgres.ownerUrl.replace(/\/geostitch$/, `/${database}`);
  await migrate(ownerUrl, join(root, "prisma/migrations"));
  const appUrl = await prepareAppRole({ ownerUrl, appUrl: null, embedded: true, dataDir });
  return { ownerUrl, appUrl };
}
