import { expect, test } from "vitest";
import { Webhook } from "standardwebhooks";
import { component, policy, seedShop, type TestApi } from "./api.ts";
import { enrolAgent, startIntake } from "./intake-server.ts";
import { addComponent, BUCKET_MS, measure, plansOf, startPlanner, withApi } from "./planning.ts";

/**
 * An agent that lies, with its own valid key, through the real intake into real planning passes in mode auto. Whatever it says, it
 * alone moves nothing; the same world moves where the gateway says so.
 */
interface Lies {
  send(type: "kpi.batch.v1" | "link.batch.v1", samples: readonly unknown[]): Promise<void>;
}

async function withAgent(work: (api: TestApi, agent: Lies) => Promise<void>): Promise<void> {
  await withApi("lies", async (api) => {
    await seedShop(api);
    const server = await startIntake(api);
    const { id, secret } = await enrolAgent(api);
    let deliveries = 0;
    const send: Lies["send"] = async (type, samples) => {
      const body = JSON.stringify({ type, timestamp: new Date().toISOString(), data: { samples } });
      const [name, at] = [`msg_lie_${(deliveries += 1)}`, new Date()];
      const headers = {
        "webhook-id": name,
        "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
        "webhook-signature": new Webhook(secret).sign(name, at, body),
        "geostitch-agent": id,
      };
      const answer = await fetch(server.url, { method: "POST", headers, body });
      if (answer.status !== 202) throw new Error(`${answer.status} ${await answer.text()}`);
    };
    try {
      await work(api, { send });
    } finally {
      server.close();
    }
  });
}

const applied = async (api: TestApi, ...body: unknown[]): Promise<void> => {
  const answer = await api.call("POST", "/apply", { body });
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
};
const givenLink = (rttMs: number) => ({
  apiVersion: "geostitch.dev/v1",
  kind: "Link",
  metadata: { from: "east", to: "west" },
  spec: { rttMs },
});
const ago = (steps: number): string => new Date(Math.floor(Date.now() / BUCKET_MS) * BUCKET_MS - steps * BUCKET_MS).toISOString();
const windows = Array.from({ length: 18 }, (_, step) => ago(step));

/** Round trips of the cart's place, as its agent tells them for three minutes. */
const tellLink = (agent: Lies, rttMs: number): Promise<void> =>
  agent.send(
    "link.batch.v1",
    windows.map((at) => ({
      from: "east",
      to: "west",
      at,
      windowMs: BUCKET_MS,
      rttMs: [rttMs, rttMs, rttMs],
      lost: 0,
      throughputMbps: null,
    })),
  );

interface Outcome {
  readonly states: readonly string[];
  readonly held: readonly string[];
}
async function outcomeOf(api: TestApi): Promise<Outcome> {
  const plans = await plansOf(api);
  return {
    states: plans.map(({ state }) => state),
    held: plans.flatMap(({ guardRails }) => guardRails.filter(({ ok }) => !ok).map(({ name }) => name)),
  };
}

const NEAR = policy({ mode: "auto", weights: { proximity: 100 } });

test("a link that only an agent calls slow makes no move run: a person may look at the plan", () =>
  withAgent(async (api, agent) => {
    await applied(api, NEAR, givenLink(20));
    await measure(api);
    await tellLink(agent, 500);
    await (await startPlanner(api)).pass();
    expect(await outcomeOf(api)).toEqual({ states: ["proposed"], held: ["evidence"] });
    expect(await api.database.prisma.migration.count()).toBe(0);
  }));

test("the same link, given as slow by a person, makes it run", () =>
  withAgent(async (api) => {
    await applied(api, NEAR, givenLink(500));
    await measure(api);
    await (await startPlanner(api)).pass();
    expect(await outcomeOf(api)).toEqual({ states: ["approved"], held: [] });
  }));

test("a link that only an agent calls fast does not lure a component to a cheap place far from its users", () =>
  withAgent(async (api, agent) => {
    const price = (cpuHour: number) => ({ cpuHour, memoryGiBHour: 0, storageGiBMonth: 0, egressGiB: 0 });
    const place = (name: string, cpuHour: number) => ({
      apiVersion: "geostitch.dev/v1",
      kind: "DataCenter",
      metadata: { name },
      spec: {
        location: { latitude: 39, longitude: -77, country: "US" },
        capacity: { cpu: "4", memory: "8Gi", storage: "64Gi" },
        price: price(cpuHour),
      },
    });
    await applied(
      api,
      place("east", 1),
      place("west", 0.1),
      givenLink(500),
      policy({ mode: "auto", weights: { proximity: 50, cost: 50 } }),
    );
    await measure(api, "shop/cart", { entry: "east", ms: 5 });
    await tellLink(agent, 1);
    await (await startPlanner(api)).pass();
    expect(await outcomeOf(api)).toEqual({ states: ["proposed"], held: ["evidence"] });
    expect(await api.database.prisma.migration.count()).toBe(0);
  }));

test("latency of a component that no gateway saw is an agent's word: what it leads to is proposed and does not run", () =>
  withAgent(async (api, agent) => {
    const slow = component("cart", { performance: { latencyMsP95: 100 }, dependencies: [{ component: "stock" }] });
    await addComponent(api, { name: "stock", place: "west" });
    await applied(api, slow, policy({ mode: "auto", weights: { performance: 100 } }), givenLink(200));
    await agent.send(
      "kpi.batch.v1",
      windows.map((at) => ({
        instance: "shop.cart.1",
        at,
        windowMs: BUCKET_MS,
        requests: 200,
        errors: 0,
        latencyMs: { bounds: [100, 400], counts: [0, 200, 0], sum: 50_000 },
        cpuMillicores: 90,
        memoryMiB: 64,
      })),
    );
    await (await startPlanner(api)).pass();
    const { states, held } = await outcomeOf(api);
    expect([states, held.includes("evidence")]).toEqual([["proposed"], true]);
    expect(await api.database.prisma.migration.count()).toBe(0);
  }));
