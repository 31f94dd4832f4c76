import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { expect, test, vi } from "vitest";
import { createEmbeddedPostgres } from "./embedded-postgres.ts";

async function ask(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

/** A data folder that goes with the test, and the database in it. */
function folder() {
  const dataDir = mkdtempSync(join(tmpdir(), "geostitch-postgres-"));
  const postgres = createEmbeddedPostgres(dataDir);
  return {
    dataDir,
    postgres,
    cluster: join(dataDir, "postgres/cluster"),
    [Symbol.asyncDispose]: async () => {
      await postgres.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

test("its rows outlive a stop, also when somebody took its port meanwhile and when making it was cut off before", async () => {
  await using first = folder();
  // What a `kill -9` in the middle of initdb leaves.
  mkdirSync(join(first.dataDir, "postgres/cluster.unfinished"), { recursive: true });
  writeFileSync(join(first.dataDir, "postgres/cluster.unfinished/PG_VERSION"), "18\n");
  const url = await first.postgres.start();
  await ask(url, "create table kept as select 7 as value");
  await first.postgres.stop();
  const taking = createServer();
  await new Promise<void>((resolve) => taking.listen(Number(new URL(url).port), "127.0.0.1", resolve));
  const again = createEmbeddedPostgres(first.dataDir);
  try {
    const moved = await again.start();
    expect(new URL(moved).port).not.toBe(new URL(url).port);
    expect(await ask(moved, "select value from kept")).toEqual([{ value: 7 }]);
  } finally {
    await again.stop();
    taking.close();
  }
});

test("a stop that comes while it is being started leaves no process behind", async () => {
  await using one = folder();
  const starting = one.postgres.start().catch((error: unknown) => error);
  const pidFile = join(one.cluster, "postmaster.pid");
  await vi.waitUntil(() => existsSync(pidFile), { timeout: 20_000, interval: 5 });
  const pid = Number(readFileSync(pidFile, "utf8").split("\n")[0]);
  await one.postgres.stop();
  await starting;
  expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);
});
