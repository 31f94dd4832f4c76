import { batchOf, trafficOf, type Answer, type Campaign, type Delivery } from "./campaign.ts";

const ROUND = 20;
const TRIES = 50;

/** An intake ends, as by `kill -9`, when a batch is durable and not yet answered: every sender asks again until it knows, and none counts twice. */
export async function killedBetweenCommitAndAnswer(campaign: Campaign): Promise<void> {
  const { installation } = campaign;
  const agent = await installation.agent("killed");
  const gateway = { id: "gateway", secret: installation.gatewaySecret };
  for (let sent = 0; sent < campaign.count; sent += ROUND) {
    const many = Math.min(ROUND, campaign.count - sent);
    const revive = await installation.armIntake();
    const waiting = Array.from({ length: many }, (_, index) => {
      if (index % 2 === 1) {
        const delivery: Delivery = { id: campaign.id(), sender: gateway, body: trafficOf("killed", 3) };
        return { delivery, samples: null };
      }
      const samples = campaign.samples(3);
      return { delivery: { id: campaign.id(), sender: agent, body: batchOf(samples) }, samples };
    });
    const answers = await Promise.all(waiting.map(({ delivery }) => campaign.send(delivery, 1)));
    campaign.check(await revive(), "the intake was not killed at its point");
    for (const [index, { delivery, samples }] of waiting.entries()) {
      const answer = await untilAnswered(campaign, delivery, answers[index]);
      campaign.check(answer.status === 202, `a batch after a kill: expected 202, got ${answer.status ?? "no answer"}`);
      if (samples) campaign.keep(samples);
      else campaign.keepTraffic("killed", 3);
    }
  }
}

async function untilAnswered(campaign: Campaign, delivery: Delivery, first: Answer | undefined): Promise<Answer> {
  let answer = first ?? { status: null, body: {} };
  for (let tries = 0; answer.status === null && tries < TRIES; tries += 1) answer = await campaign.send(delivery, tries % 2);
  return answer;
}
