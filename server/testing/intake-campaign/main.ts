import { Campaign } from "./campaign.ts";
import { DELIVERY_CLASSES } from "./delivery-classes.ts";
import { Installation } from "./installation.ts";
import { sendPayloads } from "./send-payloads.ts";
import { sendRaw } from "./send-raw.ts";

/**
 * Twelve classes of deliveries, five hundred of each, and the hostile inputs, against two intakes and a console as real
 * processes on one real database: `npm run test:intake`. `--count N` for each class, `--seed N`, `--only <part of a class>`.
 */
const argument = (name: string): string | null => {
  const at = process.argv.indexOf(name);
  return at < 0 ? null : (process.argv[at + 1] ?? null);
};
const seed = Number(argument("--seed") ?? Date.now() % 1_000_000);
const count = Number(argument("--count") ?? 500);
const only = argument("--only");

console.log(`seed ${seed}, ${count} deliveries of each class`);
const startedMs = performance.now();
const installation = await Installation.start({ console: true });
const campaign = new Campaign(installation, { count, seed });
let inputs = 0;
try {
  for (const deliveries of DELIVERY_CLASSES.filter(({ name }) => only === null || name.includes(only)))
    await part(deliveries.name, async () => {
      const before = campaign.deliveries;
      await deliveries.run(campaign);
      return campaign.deliveries - before;
    });
  const { lost, doubled } = await campaign.audit();
  if (only === null || "inputs".includes(only)) await part("hostile inputs", sendInputs);
  const complaints = installation.complaints();
  for (const line of complaints.slice(0, 5)) console.log(`  logged: ${line.slice(0, 300)}`);
  const seconds = Math.round((performance.now() - startedMs) / 1000);
  console.log(
    `${campaign.deliveries} deliveries and ${inputs} inputs in ${seconds} s: ${campaign.misses.length} unexpected answers, ${lost} lost, ${doubled} doubled, ${campaign.serverErrors} answers 5xx, ${complaints.length} errors logged (seed ${seed})`,
  );
  process.exitCode = campaign.misses.length + lost + doubled + campaign.serverErrors + complaints.length === 0 ? 0 : 1;
} finally {
  await campaign.close();
  await installation.stop();
}

async function part(name: string, work: () => Promise<number>): Promise<void> {
  const [before, beganMs] = [campaign.misses.length, performance.now()];
  const sent = await work();
  const misses = campaign.misses.slice(before);
  const seconds = ((performance.now() - beganMs) / 1000).toFixed(1);
  console.log(`${name.padEnd(36)} ${String(sent).padStart(5)} sent, ${misses.length} unexpected, ${seconds} s`);
  for (const miss of misses.slice(0, 8)) console.log(`  ${miss}`);
}

async function sendInputs(): Promise<number> {
  const agent = await installation.agent("inputs");
  inputs = (await sendPayloads(campaign, agent, await installation.apiKey())) + (await sendRaw(campaign));
  return inputs;
}
