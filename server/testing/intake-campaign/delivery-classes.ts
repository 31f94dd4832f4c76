import { batchOf, trafficOf, type Answer, type Campaign, type Delivery } from "./campaign.ts";
import type { Agent } from "./installation.ts";
import { killedBetweenCommitAndAnswer } from "./killed.ts";
import { rotated } from "./rotated.ts";

const AT_ONCE = 100;
const HOUR_MS = 3_600_000;
const WEEK_HOURS = 7 * 24;

/** The ways in which a delivery may come to the webhook, each answered in its own way. `class` sends `campaign.count` of them. */
export const DELIVERY_CLASSES: readonly { readonly name: string; run(campaign: Campaign): Promise<void> }[] = [
  { name: "a hundred at once with one id", run: atOnce },
  { name: "again after a day", run: afterADay },
  { name: "in any order", run: reordered },
  { name: "late", run: late },
  { name: "from the future", run: fromTheFuture },
  { name: "replayed", run: replayed },
  { name: "altered", run: altered },
  { name: "without a good signature", run: badlySigned },
  { name: "with another agent's key", run: otherAgents },
  { name: "while keys rotate", run: rotated },
  { name: "bad in part", run: badInPart },
  { name: "killed between commit and answer", run: killedBetweenCommitAndAnswer },
];

const gatewayOf = (campaign: Campaign): Agent => ({ id: "gateway", secret: campaign.installation.gatewaySecret });

/** Every second one is the gateway's: its samples have no key of their own, so that one taken twice would show. */
async function atOnce(campaign: Campaign): Promise<void> {
  const agent = await campaign.installation.agent("at-once");
  for (let sent = 0, group = 0; sent < campaign.count; group += 1) {
    const many = Math.min(AT_ONCE, campaign.count - sent);
    const samples = campaign.samples(4);
    const id = campaign.id();
    const isGateway = group % 2 === 1;
    const delivery: Delivery = isGateway
      ? { id, sender: gatewayOf(campaign), body: trafficOf("at-once", 7) }
      : { id, sender: agent, body: batchOf(samples) };
    const answers = await Promise.all(Array.from({ length: many }, (_, index) => campaign.send(delivery, index % 2)));
    const first = answers.find(({ body }) => body["duplicate"] === false);
    campaign.taken(first ?? { status: null, body: {} }, isGateway ? 1 : 4, "the first of many at once");
    for (const answer of answers.filter((other) => other !== first)) campaign.duplicate(answer, "the others of many at once");
    if (isGateway) campaign.keepTraffic("at-once", 7);
    else campaign.keep(samples);
    sent += many;
  }
}

/** Sends `many`, sixteen at a time. */
export async function inTurn(many: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const turns = Array.from({ length: 16 }, async () => {
    for (let index = (next += 1); index <= many; index = next += 1) await work(index - 1);
  });
  await Promise.all(turns);
}

async function takeNew(campaign: Campaign, agent: Agent, change: Partial<Delivery> = {}): Promise<Delivery> {
  const samples = campaign.samples(3);
  const delivery = { id: campaign.id(), sender: agent, body: batchOf(samples), ...change };
  campaign.taken(await campaign.send(delivery), 3, "a new batch");
  campaign.keep(samples);
  return delivery;
}

async function afterADay(campaign: Campaign): Promise<void> {
  const agent = await campaign.installation.agent("after-a-day");
  const sent: Delivery[] = [];
  const half = Math.ceil(campaign.count / 2);
  await inTurn(half, async () => void sent.push(await takeNew(campaign, agent)));
  await campaign.installation.database.pool.query("update webhook_delivery set at = at - interval '1 day' where agent = $1", [
    agent.id,
  ]);
  // Signed anew, as an agent does that has been away: the proof outlives the tolerance by far.
  await inTurn(campaign.count - half, async (index) => {
    const delivery = sent[index % sent.length];
    if (delivery) campaign.duplicate(await campaign.send(delivery), "a batch after a day");
  });
}

async function reordered(campaign: Campaign): Promise<void> {
  const agent = await campaign.installation.agent("reordered");
  const inOrder = Array.from({ length: campaign.count }, () => campaign.samples(3));
  const order = campaign.shuffled(inOrder);
  await inTurn(campaign.count, async (index) => {
    const samples = campaign.shuffled(order[index] ?? []);
    campaign.taken(await campaign.send({ id: campaign.id(), sender: agent, body: batchOf(samples) }), 3, "a batch out of order");
    campaign.keep(samples);
  });
}

async function late(campaign: Campaign): Promise<void> {
  const agent = await campaign.installation.agent("late");
  await inTurn(campaign.count, async (index) => {
    const isTooLate = index % 5 === 4;
    const hours = isTooLate ? WEEK_HOURS + 1 + campaign.random(10_000) : 4 + campaign.random(WEEK_HOURS - 5);
    const samples = campaign.samples(3, { ageMs: hours * HOUR_MS });
    const answer = await campaign.send({ id: campaign.id(), sender: agent, body: batchOf(samples) });
    if (isTooLate) campaign.refused(answer, 400, "a sample of which nothing is kept any more");
    else {
      campaign.taken(answer, 3, `a batch that is ${hours} h late`);
      campaign.keep(samples);
    }
  });
}

async function fromTheFuture(campaign: Campaign): Promise<void> {
  const agent = await campaign.installation.agent("from-the-future");
  await inTurn(campaign.count, async (index) => {
    if (index % 3 === 0) {
      const delivery = {
        id: campaign.id(),
        sender: agent,
        body: batchOf(campaign.samples(2)),
        skewSeconds: 305 + campaign.random(100_000),
      };
      campaign.refused(await campaign.send(delivery), 401, "a delivery that is sent in the future");
    } else if (index % 3 === 1) {
      const samples = campaign.samples(2, { ageMs: -(310_000 + campaign.random(1e9)) });
      campaign.refused(
        await campaign.send({ id: campaign.id(), sender: agent, body: batchOf(samples) }),
        400,
        "a sample of the future",
      );
    } else await takeNew(campaign, agent, { skewSeconds: campaign.random(280) });
  });
}

async function replayed(campaign: Campaign): Promise<void> {
  const agent = await campaign.installation.agent("replayed");
  await inTurn(campaign.count, async (index) => {
    if (index % 2 === 0) {
      const skewSeconds = -(305 + campaign.random(1_000_000));
      const old = { id: campaign.id(), sender: agent, body: batchOf(campaign.samples(2)), skewSeconds };
      campaign.refused(await campaign.send(old), 401, "a replay outside of the tolerance");
      return;
    }
    const delivery = await takeNew(campaign, agent, { skewSeconds: -campaign.random(250) });
    campaign.duplicate(await campaign.send(delivery), "a replay within the tolerance");
  });
}

/** Signed as one thing, sent as another. */
async function altered(campaign: Campaign): Promise<void> {
  const agent = await campaign.installation.agent("altered");
  const changes: readonly ((body: Buffer) => { body?: Buffer; headers?: Record<string, string> })[] = [
    (body) => ({ body: Buffer.concat([body, Buffer.from(" ")]) }),
    (body) => ({ body: Buffer.concat([Buffer.from("\n"), body]) }),
    (body) => ({ body: Buffer.from(body.toString().replace(/"requests":\d+/, '"requests":99')) }),
    (body) => ({ body: body.subarray(0, body.length - 1) }),
    (body) => ({ body: Buffer.from(body.map((byte, at) => (at === 5 ? byte ^ 1 : byte))) }),
    () => ({ headers: { "webhook-id": "msg_another" } }),
    () => ({ headers: { "webhook-timestamp": String(Math.floor(Date.now() / 1000) - 7) } }),
    () => ({ headers: { "geostitch-agent": "agt_another" } }),
  ];
  await inTurn(campaign.count, async (index) => {
    const body = Buffer.from(batchOf(campaign.samples(2)));
    const change = changes[index % changes.length]?.(body) ?? {};
    const signature = campaign.signature({ id: "msg_altered", sender: agent, body });
    const headers = { ...signature, ...change.headers };
    const answer = await campaign.send({ id: "msg_altered", sender: agent, body: change.body ?? body, headers });
    campaign.refused(answer, 401, `an altered delivery (${index % changes.length})`);
  });
}

async function badlySigned(campaign: Campaign): Promise<void> {
  const agent = await campaign.installation.agent("badly-signed");
  const good = `v1,${Buffer.alloc(32, 7).toString("base64")}`;
  const changes: readonly Record<string, string | null>[] = [
    { "webhook-signature": null },
    { "webhook-signature": "" },
    { "webhook-signature": "v1," },
    { "webhook-signature": "v1" },
    { "webhook-signature": good },
    { "webhook-signature": good.slice(0, 12) },
    { "webhook-signature": `${good}=` },
    { "webhook-signature": `v1,${"A".repeat(9_000)}` },
    { "webhook-signature": Array.from({ length: 100 }, () => good).join(" ") },
    { "webhook-signature": "v1a,////" },
    { "webhook-id": null },
    { "webhook-id": "" },
    { "webhook-id": "x".repeat(300) },
    { "webhook-timestamp": null },
    { "webhook-timestamp": "now" },
    { "webhook-timestamp": "1e9" },
    { "webhook-timestamp": "-1" },
    { "webhook-timestamp": "99999999999999999999" },
    { "geostitch-agent": null },
    { "geostitch-agent": "" },
    { "geostitch-agent": "gateway" },
    { "geostitch-agent": "' or 1=1 --" },
    { "geostitch-agent": "x".repeat(4_000) },
  ];
  await inTurn(campaign.count, async (index) => {
    const headers = changes[index % changes.length] ?? {};
    const answer = await campaign.send({ id: campaign.id(), sender: agent, body: batchOf(campaign.samples(2)), headers });
    campaign.refused(answer, 401, `signed badly (${JSON.stringify(headers).slice(0, 60)})`);
  });
}

async function otherAgents(campaign: Campaign): Promise<void> {
  const [one, other] = [await campaign.installation.agent("one", "cart"), await campaign.installation.agent("other", "front")];
  await inTurn(campaign.count, async (index) => {
    const own = campaign.samples(2, { component: "front" });
    const foreign = campaign.samples(2, { component: "cart" });
    const send = (sender: Agent, samples: typeof own): Promise<Answer> =>
      campaign.send({ id: campaign.id(), sender, body: batchOf(samples) });
    if (index % 4 === 0) campaign.refused(await send({ ...one, secret: other.secret }, foreign), 401, "another agent's name");
    else if (index % 4 === 1) campaign.refused(await send(other, foreign), 403, "another agent's instance");
    else if (index % 4 === 2)
      campaign.refused(await send(other, [...own, ...foreign]), 403, "another agent's instance among one's own");
    else campaign.refused(await send({ id: "gateway", secret: one.secret }, own), 401, "the gateway's name");
  });
}

const BAD: readonly (readonly [path: string, change: Readonly<Record<string, unknown>>])[] = [
  ["requests", { requests: -1 }],
  ["requests", { requests: 1.5 }],
  ["requests", { requests: 2 ** 40 }],
  ["requests", { requests: "7" }],
  ["errors", { errors: 1e9 }],
  ["at", { at: "yesterday" }],
  ["at", { at: null }],
  ["instance", { instance: "" }],
  ["windowMs", { windowMs: 0 }],
  ["latencyMs.counts", { requests: 7, errors: 0, latencyMs: { bounds: [5], counts: [1, 1], sum: 1 } }],
  ["latencyMs.bounds", { latencyMs: { bounds: [5, 4], counts: [0, 0, 0], sum: 1 } }],
  ["latencyMs", { latencyMs: null }],
  ["cpuMillicores", { cpuMillicores: -1 }],
  ["memoryMiB", { memoryMiB: 1e300 }],
  ["surprise", { surprise: true }],
];

async function badInPart(campaign: Campaign): Promise<void> {
  const agent = await campaign.installation.agent("bad-in-part");
  await inTurn(campaign.count, async (index) => {
    const [path, change] = BAD[index % BAD.length] ?? ["", {}];
    const samples = campaign.samples(2 + campaign.random(6));
    const bad = campaign.random(samples.length);
    const batch = JSON.parse(batchOf(samples)) as { data: { samples: object[] } };
    batch.data.samples = batch.data.samples.map((sample, at) => (at === bad ? { ...sample, ...change } : sample));
    const answer = await campaign.send({ id: campaign.id(), sender: agent, body: JSON.stringify(batch) });
    campaign.refused(answer, 400, `a batch with a bad ${path}`);
    campaign.check(
      JSON.stringify(answer.body["errors"] ?? "").includes(`data.samples.${bad}.${path}`),
      `a batch with a bad ${path}: its path is not named: ${JSON.stringify(answer.body).slice(0, 200)}`,
    );
  });
}
