import { afterAll, beforeAll, expect, test } from "vitest";
import { openMoves, until, type Moves } from "./moves.ts";
import { TestWorld, TWO_PLACES } from "./test-world.ts";

/** The product as processes, with its intake: from the deployed instance to the row in the database. */
let world: TestWorld;
let moves: Moves;

beforeAll(async () => {
  world = await TestWorld.start({
    ...TWO_PLACES,
    components: [
      { id: "front", kind: "service" },
      { id: "back", kind: "service" },
    ],
  });
  world.spawn("intake");
  world.spawn("orchestrator");
  moves = openMoves(world.appUrl);
  const spec = { guardRails: { watchMs: 0 } };
  await moves.apply([{ apiVersion: "geostitch.dev/v1", kind: "Policy", metadata: { name: "default" }, spec }]);
});
afterAll(async () => {
  await moves.close();
  await world.stop();
});

const count = async (sql: string): Promise<number> =>
  Number((await moves.database.pool.query<{ n: string }>(`select count(*) as n from ${sql}`)).rows[0]?.n);

test(
  "every instance has an agent, what it measures arrives, and a move's target has one, too",
  { timeout: 150_000 },
  async () => {
    const reporting = "(select instance from kpi_sample where cpu_millicores is not null group by instance) as instances";
    expect(await until(async () => (await count(reporting)) === 2, 45_000)).toBe(true);
    expect(await until(async () => (await count(`link_sample where "from" = 'east' and "to" = 'middle'`)) > 0, 30_000)).toBe(
      true,
    );
    await moves.untilHeard(2, 10_000);
    const { id } = await moves.request("shop/front", "east", "middle");
    expect((await moves.ended(id, 60_000))?.state).toBe("succeeded");
    // The source's agent goes with it, the target's stays.
    const linked = `instance join agent on agent.id = instance.agent and agent.instance = instance.name where instance.data_center = 'middle'`;
    expect(
      await until(async () => (await count(linked)) === 1 && (await count("agent where instance is not null")) === 2, 20_000),
    ).toBe(true);
  },
);
