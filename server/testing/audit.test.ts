import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { anchorHead, createAuditReader } from "../audit/index.ts";
import { createFileAnchors } from "../audit/drivers/file-anchors.ts";
import { systemActor } from "../platform/actor.ts";
import { appendAudit, appendAudits, auditHash } from "../platform/db/audit-trail.ts";
import { openDatabase, type Database } from "../platform/db/client.ts";
import { freshDatabase } from "./postgres.ts";

/** What a superuser's hand does to the log, and what the verification says of it. */
const folder = mkdtempSync(join(tmpdir(), "geostitch-audit-"));
const actor = systemActor("test");
const entry = (id: string) => ({ actor, action: "thing.change", object: { kind: "Thing", id }, after: { id, at: new Date(0) } });
let database: Database;
let owner: pg.Client;
let file: string;
let runs = 0;
beforeAll(async () => {
  const { ownerUrl, appUrl } = await freshDatabase("audit");
  database = openDatabase(appUrl, { connectionsMax: 10 });
  owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
});
afterAll(async () => {
  await database.close();
  await owner.end();
  rmSync(folder, { recursive: true, force: true });
});

beforeEach(async () => {
  runs += 1;
  file = join(folder, `heads-${runs}.jsonl`);
  await owner.query("truncate audit_entry, audit_head; grant insert on audit_head to geostitch_app");
  for (let id = 1; id <= 8; id += 1) await database.transaction((tx) => appendAudit(tx, entry(`thing-${id}`)));
});

const anchors = () => createFileAnchors(file, "a-secret-of-this-test");
const verify = () => createAuditReader(database, anchors()).verify();

test("an untouched log is whole, also when one change has several entries", async () => {
  await database.transaction((tx) => appendAudits(tx, [entry("a"), entry("b"), entry("c")]));
  expect(await verify()).toMatchObject({ ok: true, entries: 11, firstBad: null, problem: null });
});

test("a log that began before its ends were recorded, with numbers left out, is whole", async () => {
  await owner.query(
    "delete from audit_head where seq < 8; update audit_head set seq = 108; update audit_entry set seq = seq + 100 where seq > 3",
  );
  await database.transaction((tx) => appendAudit(tx, entry("later")));
  expect(await verify()).toMatchObject({ ok: true, entries: 9 });
});

test.each([
  ["its content", 'update audit_entry set after = \'{"id":"forged"}\' where seq = 4', 4],
  ["who did it", 'update audit_entry set actor = actor || \'{"name":"somebody"}\' where seq = 1', 1],
  ["when", "update audit_entry set at = at - interval '1 day' where seq = 8", 8],
  ["its hash", "update audit_entry set hash = repeat('0', 64) where seq = 5", 5],
])("an entry of which %s was edited is named", async (_what, sql, seq) => {
  await owner.query(sql);
  expect(await verify()).toMatchObject({ ok: false, firstBad: seq, problem: "edited" });
});

test.each([
  ["the first", "delete from audit_entry where seq = 1", 1],
  ["one in the middle", "delete from audit_entry where seq = 4", 4],
  ["several", "delete from audit_entry where seq in (3, 4, 6)", 3],
  [
    "one, and the numbers behind it moved up",
    "delete from audit_entry where seq = 4; update audit_entry set seq = seq - 1 where seq > 4",
    4,
  ],
])("an entry that was deleted is named: %s", async (_what, sql, seq) => {
  await owner.query(sql);
  expect(await verify()).toMatchObject({ ok: false, firstBad: seq, problem: "deleted" });
});

test.each([
  ["neighbours", 4, 5],
  ["far ones", 2, 7],
  ["the first and the last", 1, 8],
])("entries that changed places are named: %s", async (_what, a, b) => {
  await owner.query("update audit_entry set seq = -1 where seq = $1", [a]);
  await owner.query("update audit_entry set seq = $1 where seq = $2", [a, b]);
  await owner.query("update audit_entry set seq = $1 where seq = -1", [b]);
  expect(await verify()).toMatchObject({ ok: false, firstBad: a, problem: "reordered" });
});

test.each([
  ["the last", 7],
  ["half of it", 4],
  ["all of it", 0],
])("a tail that was cut off is named by its first entry: %s", async (_what, last) => {
  await owner.query("delete from audit_entry where seq > $1", [last]);
  expect(await verify()).toMatchObject({ ok: false, entries: last, firstBad: last + 1, problem: "cut-off" });
});

test("what is written after a cut does not close it", async () => {
  await owner.query("delete from audit_entry where seq > 5");
  await database.transaction((tx) => appendAudit(tx, entry("later")));
  expect(await verify()).toMatchObject({ ok: false, firstBad: 6, problem: "deleted" });
});

test("a tail that was cut off together with the record of its end is told by the data folder", async () => {
  expect(await anchorHead(database, anchors())).toBe(true);
  await owner.query("delete from audit_entry where seq > 5; delete from audit_head where seq > 5");
  expect(await verify()).toMatchObject({ ok: false, firstBad: 6, problem: "cut-off" });
  await database.transaction((tx) => appendAudit(tx, entry("later")));
  // Nothing that fits is recorded behind what shows it.
  const before = readFileSync(file, "utf8");
  expect(await anchorHead(database, anchors())).toBe(false);
  expect(readFileSync(file, "utf8")).toBe(before);
  expect((await verify()).ok).toBe(false);
});

test("a chain that was made anew from an edited entry on is told by the ends that were recorded", async () => {
  await rehashFrom(4, { id: "forged" });
  expect(await verify()).toMatchObject({ ok: false, firstBad: 4, problem: "edited" });
});

test("an entry that was put into the chain without its end is named", async () => {
  const { rows } = await owner.query<{ hash: string }>("select hash from audit_entry where seq = 8");
  const content = {
    at: new Date(0).toISOString(),
    actor,
    action: "x.y",
    object: { kind: "X", id: "y" },
    reason: null,
    before: null,
    after: null,
    requestId: null,
  };
  await owner.query(
    "insert into audit_entry (seq, at, actor, action, object_kind, object_id, previous_hash, hash) values (9, $1, $2, 'x.y', 'X', 'y', $3, $4)",
    [content.at, actor, rows[0]?.hash, auditHash(content, rows[0]?.hash ?? null)],
  );
  expect(await verify()).toMatchObject({ ok: false, firstBad: 9, problem: "edited" });
});

/** As somebody would who knows how: the entry's content and every hash behind it are made anew. */
async function rehashFrom(seq: number, after: object): Promise<void> {
  const entries = await createAuditReader(database).list({ limit: 100, before: null });
  let previous: string | null = null;
  for (const { seq: at, hash, previousHash: _old, ...content } of entries.toReversed()) {
    const forged = { ...content, after: at === seq ? after : content.after };
    const made: string | null = at < seq ? hash : auditHash(forged, previous);
    await owner.query("update audit_entry set after = $1, previous_hash = $2, hash = $3 where seq = $4", [
      forged.after,
      previous,
      made,
      at,
    ]);
    previous = made;
  }
}

test("a line of the data folder that was not signed here says nothing", async () => {
  writeFileSync(file, `${JSON.stringify({ seq: 99, hash: "x", at: new Date().toISOString(), signature: "forged" })}\n{"seq":`);
  expect((await verify()).ok).toBe(true);
  expect(await anchorHead(database, anchors())).toBe(true);
  expect(await anchors().read()).toHaveLength(1);
});

test("fifty changes at once make one chain without a fork", async () => {
  await Promise.all(Array.from({ length: 50 }, (_, id) => database.transaction((tx) => appendAudit(tx, entry(`at-once-${id}`)))));
  expect(await verify()).toMatchObject({ ok: true, entries: 58 });
  const { rows } = await owner.query("select count(distinct previous_hash)::int as n, max(seq)::int as last from audit_entry");
  expect(rows).toEqual([{ n: 57, last: 58 }]);
});

test("a change and its entry commit together, or neither is there", async () => {
  const change = database.transaction(async (tx) => {
    await tx.setting.create({ data: { key: "audited", value: 1 } });
    await appendAudit(tx, entry("audited"));
    throw new Error("the change is taken back");
  });
  await expect(change).rejects.toThrow(/taken back/);
  expect(await database.prisma.setting.count({ where: { key: "audited" } })).toBe(0);
  expect(await verify()).toMatchObject({ ok: true, entries: 8 });
  // The other way round: a change whose entry cannot be written is not made.
  await owner.query("revoke insert on audit_head from geostitch_app");
  const unaudited = database.transaction(async (tx) => {
    await tx.setting.create({ data: { key: "unaudited", value: 1 } });
    await appendAudit(tx, entry("unaudited"));
  });
  await expect(unaudited).rejects.toThrow();
  expect(await database.prisma.setting.count({ where: { key: "unaudited" } })).toBe(0);
});

test.each(["audit_entry", "audit_head"])("the processes' role can add to %s and read it, and nothing else", async (table) => {
  for (const sql of [`update ${table} set hash = 'x'`, `delete from ${table}`, `truncate ${table}`])
    await expect(database.pool.query(sql)).rejects.toThrow(/permission denied/);
});
