import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { readRegistry } from "../../component-registry/store/records.ts";
import { component, seedShop, startApi, type TestApi } from "../../testing/api.ts";
import { newId } from "../../platform/ids.ts";
import type { MigrationRecord } from "../domain/migration.ts";
import { LeaseLostError } from "../engine/ports.ts";
import { createJournal } from "./journal-store.ts";
import { createLeaseStore } from "./lease-store.ts";

/** What a leader may write, and when no more. */
let api: TestApi;
let migration: MigrationRecord;
let term: number;
const journalOf = () => createJournal(api.database, readRegistry, newId);
const stored = async () => await journalOf().find(migration.id);

beforeAll(async () => {
  api = await startApi("journal");
  await seedShop(api);
});
afterAll(() => api.close());

beforeEach(async () => {
  await api.hear();
  await api.database.prisma.migration.updateMany({ data: { state: "aborted" } });
  await api.database.prisma.component.updateMany({ data: { epoch: 1 } });
  await api.database.pool.query("delete from lease");
  term = (await createLeaseStore(api.database.pool).acquire("one", 60_000)) ?? 0;
  const { status, body } = await api.call("POST", "/migrations", { body: { component: "shop/cart", from: "east", to: "west" } });
  if (status !== 202) throw new Error(JSON.stringify(body));
  const found = await journalOf().find(body["id"] as unknown as string);
  if (!found) throw new Error("the migration is not there");
  migration = found;
  await journalOf().setState(term, migration.id, { state: "running" });
});

const epochOf = async (): Promise<number> =>
  (await api.database.prisma.component.findUniqueOrThrow({ where: { key: "shop/cart" } })).epoch;

async function succeed(): Promise<number> {
  await api.database.pool.query("update lease set expires_at = clock_timestamp()");
  return (await createLeaseStore(api.database.pool).acquire("two", 60_000)) ?? 0;
}

describe("the lease", () => {
  test("has one holder; a successor comes only after its end, with a higher term", async () => {
    const lease = createLeaseStore(api.database.pool);
    expect(await lease.acquire("two", 60_000)).toBeNull();
    expect(await lease.acquire("one", 60_000)).toBe(term);
    expect(await succeed()).toBe(term + 1);
    expect(await lease.acquire("one", 60_000)).toBeNull();
  });

  test("of ten that ask at once one gets it", async () => {
    await api.database.pool.query("delete from lease");
    const lease = createLeaseStore(api.database.pool);
    const answers = await Promise.all(Array.from({ length: 10 }, (_, index) => lease.acquire(`holder-${index}`, 60_000)));
    expect(answers.filter((answer) => answer !== null)).toHaveLength(1);
  });
});

describe("a leader whose lease is over", () => {
  test("writes nothing any more", async () => {
    await succeed();
    const journal = journalOf();
    const before = await stored();
    const change = { begun: "reserve" as const };
    await expect(journal.advance(term, migration.id, change)).rejects.toBeInstanceOf(LeaseLostError);
    await expect(journal.commit(term, migration)).rejects.toBeInstanceOf(LeaseLostError);
    await expect(journal.fenceBack(term, migration)).rejects.toBeInstanceOf(LeaseLostError);
    await expect(journal.setState(term, migration.id, { state: "succeeded" })).rejects.toBeInstanceOf(LeaseLostError);
    await expect(journal.reserve(term, migration)).rejects.toBeInstanceOf(LeaseLostError);
    expect(await stored()).toEqual(before);
    expect(await epochOf()).toBe(1);
  });
});

describe("capacity", () => {
  test("of two moves that do not fit together and ask at the same moment, one is refused", async () => {
    await api.call("POST", "/apply", {
      body: [component("twin", { resources: { cpu: "3" } }), component("cart", { resources: { cpu: "3" } })],
    });
    const twin = { ...migration, id: `${migration.id}x`, componentKey: "shop/twin" };
    const journal = journalOf();
    for (let round = 0; round < 8; round += 1) {
      const answers = await Promise.all([journal.reserve(term, migration), journal.reserve(term, twin)]);
      expect(answers.map((answer) => (answer.ok ? "reserved" : answer.code)).sort()).toEqual(["capacity", "reserved"]);
      await api.database.prisma.reservation.deleteMany();
    }
  });
});

describe("a component that is registered again", () => {
  test("goes on at a higher epoch than the one before it: receivers remember", async () => {
    await api.call("POST", "/apply", { body: [component("twin")] });
    await api.database.prisma.component.update({ where: { key: "shop/twin" }, data: { epoch: 5 } });
    expect((await api.call("DELETE", "/components/shop/twin")).status).toBe(204);
    await api.call("POST", "/apply", { body: [component("twin")] });
    const again = await api.database.prisma.component.findUniqueOrThrow({ where: { key: "shop/twin" } });
    expect(again.epoch).toBe(6);
  });
});

describe("the commit", () => {
  test("is never followed by an abort, whoever asks", async () => {
    const journal = journalOf();
    await journal.insertTargets(term, migration, "1.0.0");
    expect(await journal.commit(term, migration)).toBe(true);
    await journal.setState(term, migration.id, { state: "aborting", error: "the answer to the commit was lost" });
    expect(await stored()).toMatchObject({ state: "running", error: null });
    await api.database.prisma.instance.deleteMany({ where: { dataCenter: "west" } });
  });

  test("gives the component to the target once, and again is the same", async () => {
    const journal = journalOf();
    await journal.insertTargets(term, migration, "1.0.0");
    expect(await journal.commit(term, migration)).toBe(true);
    const first = await stored();
    expect(await journal.commit(term, migration)).toBe(true);
    expect((await stored())?.pointOfNoReturnAt).toEqual(first?.pointOfNoReturnAt);
    expect(await epochOf()).toBe(2);
    const [target] = await api.database.prisma.instance.findMany({ where: { dataCenter: "west" } });
    expect(target).toMatchObject({ epoch: 2, migrationId: null });
    await api.database.prisma.instance.deleteMany({ where: { dataCenter: "west" } });
  });

  test("loses to an abort that was accepted first, and changes nothing", async () => {
    expect((await api.call("POST", `/migrations/${migration.id}/abort`, { body: { reason: "x" } })).status).toBe(202);
    expect(await journalOf().commit(term, migration)).toBe(false);
    expect(await epochOf()).toBe(1);
    expect((await stored())?.pointOfNoReturnAt).toBeNull();
  });

  test("and an abort at the same moment never both win", async () => {
    for (let round = 0; round < 10; round += 1) {
      await api.database.pool.query("update migration set requested = null, point_of_no_return_at = null where id = $1", [
        migration.id,
      ]);
      await api.database.pool.query("update component set epoch = 1");
      const [committed, abort] = await Promise.all([
        journalOf().commit(term, migration),
        api.call("POST", `/migrations/${migration.id}/abort`, { body: { reason: "x" } }),
      ]);
      expect([committed, abort.status]).toEqual(committed ? [true, 409] : [false, 202]);
    }
  });

  test("is refused where somebody else has moved the component on", async () => {
    await api.database.pool.query("update component set epoch = 7");
    await expect(journalOf().commit(term, migration)).rejects.toMatchObject({ code: "stale-epoch" });
  });
});

describe("the end of the watch", () => {
  const retireOf = async () => (await stored())?.steps.find((step) => step.name === "retire")?.state;
  const change = { ended: { name: "watch" as const, state: "succeeded" as const }, begun: "retire" as const };

  test("and a rollback at the same moment never both win", async () => {
    await journalOf().commit(term, migration);
    for (let round = 0; round < 10; round += 1) {
      await api.database.pool.query("update migration set requested = null where id = $1", [migration.id]);
      await api.database.pool.query("update migration_step set state = 'pending' where migration_id = $1 and name = 'retire'", [
        migration.id,
      ]);
      const [advanced, rollback] = await Promise.all([
        journalOf().advance(term, migration.id, change),
        api.call("POST", `/migrations/${migration.id}/rollback`, { body: { reason: "x" } }),
      ]);
      const isBack = advanced.requested?.kind === "rollback";
      expect([await retireOf(), rollback.status]).toEqual(isBack ? ["pending", 202] : ["running", 409]);
    }
  });

  test("does not begin to retire where a rollback was accepted before", async () => {
    await journalOf().commit(term, migration);
    expect((await api.call("POST", `/migrations/${migration.id}/rollback`, { body: { reason: "x" } })).status).toBe(202);
    const { requested } = await journalOf().advance(term, migration.id, change);
    expect([requested?.kind, await retireOf()]).toEqual(["rollback", "pending"]);
  });
});

describe("steps", () => {
  test("ending one and beginning the next is one change; results and attempts are kept", async () => {
    const journal = journalOf();
    await journal.advance(term, migration.id, { begun: "reserve" });
    await journal.advance(term, migration.id, {
      ended: { name: "reserve", state: "succeeded", result: { a: 1 } },
      begun: "deploy",
    });
    await journal.advance(term, migration.id, { begun: "deploy" });
    const steps = new Map((await stored())?.steps.map((step) => [step.name, step]));
    expect(steps.get("reserve")).toMatchObject({ state: "succeeded", result: { a: 1 }, attempt: 1 });
    expect(steps.get("deploy")).toMatchObject({ state: "running", attempt: 2 });
  });

  test("an ended migration is never opened again", async () => {
    const journal = journalOf();
    await journal.setState(term, migration.id, { state: "succeeded" });
    await journal.setState(term, migration.id, { state: "aborting" });
    expect((await stored())?.state).toBe("succeeded");
  });
});

test("whoever only listens hears where a component is and at what epoch once its move has ended", async () => {
  await journalOf().fenceBack(term, migration);
  await journalOf().setState(term, migration.id, { state: "aborting" });
  await journalOf().setState(term, migration.id, { state: "aborted" });
  await journalOf().announce(migration.id, "migration.changed");
  for (const [subject, path] of [
    ["shop/cart", "/components/shop/cart"],
    ["shop.cart.1", "/instances/shop.cart.1"],
  ] as const) {
    const told = (await api.services.events.about(subject, 10)).at(-1)?.data;
    expect(told, subject).toEqual((await api.call("GET", path)).body);
  }
});
