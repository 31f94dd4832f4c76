/**
 * How many numbers a second become durable through the real webhook, by an intake as a real process on a real PostgreSQL, with
 * `fsync`: `npm run bench:intake`. Beside it, in turns, the same batches as a plain `insert … unnest` from here, without HTTP,
 * signature, checks or proof of delivery. Senders and intake share this machine's cores. `--seconds N` a turn, `--rounds N`.
 */
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { rebin } from "../server/kpi-intake/domain/histogram.ts";
import { packCounts } from "../server/kpi-intake/domain/packed-counts.ts";
import { Campaign } from "../server/testing/intake-campaign/campaign.ts";
import { Installation } from "../server/testing/intake-campaign/installation.ts";
import { median } from "./statistics.ts";

const argument = (name: string, fallback: number): number => {
  const at = process.argv.indexOf(name);
  return at < 0 ? fallback : Number(process.argv[at + 1]);
};
const SECONDS = argument("--seconds", 8);
const ROUNDS = argument("--rounds", 3);
const SENDERS = 8;
const SAMPLES = 100;
const BOUNDS = [5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000];
const COUNTS = [4, 30, 41, 20, 11, 6, 4, 2, 1, 1, 0];
const REQUESTS = COUNTS.reduce((sum, count) => sum + count, 0);
/** windowMs, requests, errors, sum, cpuMillicores, memoryMiB, and the histogram. */
const NUMBERS_A_SAMPLE = 6 + BOUNDS.length + COUNTS.length;
const TARGET = 20_000;

let times = 0;
const baseMs = Date.now() - 6 * 86_400_000;
/** A tenth of a second apart: a spool that comes back after days, and room for millions before it reaches the present. */
const nextTime = (): string => new Date(baseMs + (times += 1) * 100).toISOString();
const sample = (at: string): string =>
  `{"instance":"shop.cart.1","at":"${at}","windowMs":10000,"requests":${REQUESTS},"errors":1,"latencyMs":{"bounds":[${BOUNDS.join(",")}],"counts":[${COUNTS.join(",")}],"sum":9876.5},"cpuMillicores":90.25,"memoryMiB":64.5}`;

const installation = await Installation.start({ console: false, intakes: 1 });
const campaign = new Campaign(installation, { count: 0, seed: 1 });
const owner = new pg.Pool({ connectionString: installation.ownerUrl, max: SENDERS });
try {
  await owner.query("create table anchor_sample (like kpi_sample including all)");
  const agents = await Promise.all(Array.from({ length: SENDERS }, (_, index) => installation.agent(`sender-${index}`)));
  const webhook = (sender: number): Promise<number> => deliver(agents[sender] ?? { id: "", secret: "" });
  await measure(webhook, 2);
  await measure(insertPlainly, 2);
  const [ours, anchors]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    ours.push(await measure(webhook, SECONDS));
    anchors.push(await measure(insertPlainly, SECONDS));
    await delay(500);
  }
  const [rate, anchor] = [median(ours), median(anchors)];
  const list = (values: readonly number[]): string => values.map((value) => Math.round(value).toLocaleString("en")).join(", ");
  console.log(`webhook: ${list(ours)} numbers/s durable, in batches of ${SAMPLES} samples of ${NUMBERS_A_SAMPLE} numbers`);
  console.log(`insert … unnest: ${list(anchors)} numbers/s`);
  const stored = await owner.query<{ n: number }>("select count(*)::int as n from kpi_sample");
  console.log(
    `median ${Math.round(rate).toLocaleString("en")} numbers/s (${Math.round(rate / NUMBERS_A_SAMPLE).toLocaleString("en")} samples/s), ${(rate / anchor).toFixed(2)} of the anchor; ${stored.rows[0]?.n ?? 0} samples are there; ${rate >= TARGET ? "reaches" : "MISSES"} ${TARGET.toLocaleString("en")}`,
  );
  process.exitCode = rate >= TARGET ? 0 : 1;
} finally {
  await owner.end();
  await campaign.close();
  await installation.stop();
}

/** Numbers a second, by so many senders that each wait for their answer. */
async function measure(send: (sender: number) => Promise<number>, seconds: number): Promise<number> {
  const beganMs = performance.now();
  let numbers = 0;
  const senders = Array.from({ length: SENDERS }, async (_, sender) => {
    while (performance.now() - beganMs < seconds * 1000) numbers += (await send(sender)) * NUMBERS_A_SAMPLE;
  });
  await Promise.all(senders);
  return numbers / ((performance.now() - beganMs) / 1000);
}

async function deliver(sender: { readonly id: string; readonly secret: string }): Promise<number> {
  const samples = Array.from({ length: SAMPLES }, () => sample(nextTime()));
  const body = `{"type":"kpi.batch.v1","timestamp":"${new Date().toISOString()}","data":{"samples":[${samples.join(",")}]}}`;
  const answer = await campaign.send({ id: campaign.id(), sender, body }, 0);
  if (answer.status !== 202) throw new Error(`the intake answered ${answer.status ?? "nothing"}: ${JSON.stringify(answer.body)}`);
  return Number(answer.body["accepted"]);
}

async function insertPlainly(): Promise<number> {
  const all = <T>(value: T): T[] => Array.from({ length: SAMPLES }, () => value);
  await owner.query(
    `insert into anchor_sample (at, component_key, instance, data_center, window_ms, requests, errors, counts, sum_ms, cpu_millicores, memory_mib)
     select * from unnest($1::timestamptz[], $2::text[], $3::text[], $4::text[], $5::int[], $6::int[], $7::int[], $8::bytea[], $9::float8[], $10::float8[], $11::float8[])`,
    [
      Array.from({ length: SAMPLES }, nextTime),
      all("shop/cart"),
      all("shop.cart.1"),
      all("east"),
      all(10_000),
      all(REQUESTS),
      all(1),
      all(Buffer.from(packCounts(rebin(BOUNDS, COUNTS)))),
      all(9876.5),
      all(90.25),
      all(64.5),
    ],
  );
  return SAMPLES;
}
