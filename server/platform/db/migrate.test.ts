import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { expect, test } from "vitest";
import { emptyDatabase, freshDatabase, MIGRATIONS } from "../../testing/postgres.ts";
import { migrate } from "./migrate.ts";

const names = readdirSync(MIGRATIONS)
  .filter((name) => /^\d/.test(name))
  .sort();

async function query<Row extends pg.QueryResultRow>(url: string, sql: string, values: unknown[] = []): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(sql, values)).rows;
  } finally {
    await client.end();
  }
}

/** A folder with the first `count` migrations. */
function firstMigrations(count: number): string {
  const folder = mkdtempSync(join(tmpdir(), "geostitch-migrations-"));
  for (const name of names.slice(0, count)) cpSync(join(MIGRATIONS, name), join(folder, name), { recursive: true });
  return folder;
}

test("an empty database gets every migration once, also when two processes start at once", async () => {
  const url = await emptyDatabase("migrate-empty");
  const applied = await Promise.all([migrate(url, MIGRATIONS), migrate(url, MIGRATIONS)]);
  expect(applied.flat().sort()).toEqual(names);
  expect(await migrate(url, MIGRATIONS)).toEqual([]);
});

test("a database with data keeps it through each later migration", async () => {
  const url = await emptyDatabase("migrate-data");
  await migrate(url, firstMigrations(1)).catch(() => undefined);
  await query(url, `insert into data_center (name, labels, generation, spec) values ('east', '{"a":"b"}', 3, '{"kept":true}')`);
  await query(url, `insert into policy (name, generation, spec) values ('default', 2, '{"kept":true}')`);
  for (let count = 2; count <= names.length; count += 1) await migrate(url, firstMigrations(count));
  expect(await query(url, "select name, generation, spec from data_center")).toEqual([
    { name: "east", generation: 3, spec: { kept: true } },
  ]);
  // What came later to policies has its defaults beside what was there.
  expect(await query(url, "select spec from policy")).toMatchObject([
    { spec: { kept: true, guardRails: { stopAfterMissed: 1 } } },
  ]);
});

test("a migration that fails leaves nothing behind and is named", async () => {
  const url = await emptyDatabase("migrate-broken");
  const folder = firstMigrations(names.length);
  mkdirSync(join(folder, "29990101000000_broken"));
  writeFileSync(join(folder, "29990101000000_broken", "migration.sql"), "create table half (id int); select nonsense;");
  await expect(migrate(url, folder)).rejects.toThrow(/29990101000000_broken failed and left nothing behind/);
  expect(await query(url, "select to_regclass('half') as half")).toEqual([{ half: null }]);
  expect(await query(url, `select count(*)::int as n from "_prisma_migrations"`)).toEqual([{ n: names.length }]);
  rmSync(folder, { recursive: true });
});

test("a migration that was changed after it had been applied stops the start", async () => {
  const url = await emptyDatabase("migrate-changed");
  const folder = firstMigrations(names.length);
  await migrate(url, folder);
  writeFileSync(join(folder, names[0] ?? "", "migration.sql"), "select 1");
  await expect(migrate(url, folder)).rejects.toThrow(/was changed after it had been applied/);
});

test("a server that does not answer is one line without the password", async () => {
  const failing = migrate("postgresql://someone:hunter2@127.0.0.1:1/geostitch", MIGRATIONS);
  await expect(failing).rejects.toThrow(/no PostgreSQL at 127\.0\.0\.1:1\/geostitch/);
  await expect(failing).rejects.not.toThrow(/hunter2/);
});

test("the processes' role changes rows and no tables", async () => {
  const { appUrl } = await freshDatabase("app-role");
  await query(appUrl, "insert into policy (name, generation, spec) values ('default', 1, '{}')");
  await expect(query(appUrl, "create table mine (id int)")).rejects.toThrow(/permission denied/);
  await expect(query(appUrl, "alter table policy add column x int")).rejects.toThrow(/must be owner/);
  await expect(query(appUrl, "truncate audit_entry")).rejects.toThrow(/permission denied/);
  await expect(query(appUrl, `delete from "_prisma_migrations"`)).rejects.toThrow(/permission denied/);
});

test("what grows is cut into days, and a day that is over its time goes as a whole", async () => {
  const { ownerUrl } = await freshDatabase("partitions");
  const days = await query<{ n: number }>(
    ownerUrl,
    "select count(*)::int as n from pg_inherits where inhparent = 'kpi_sample'::regclass",
  );
  expect(days[0]?.n).toBeGreaterThanOrEqual(7);
});
