import { batchOf, type Campaign } from "./campaign.ts";
import type { Agent } from "./installation.ts";

const ROUND = 25;

/** Keys rotate under load: what is in its grace is taken, what is past it is not, and what is revoked ends on every intake at once. */
export async function rotated(campaign: Campaign): Promise<void> {
  const { installation } = campaign;
  let present = await installation.agent("rotated");
  let before = present;
  for (let sent = 0, round = 0; sent < campaign.count; round += 1) {
    const many = Math.min(ROUND, campaign.count - sent);
    const [older, old] = [before, present];
    const rotation = installation.rotate(present.id, false);
    // Sent while the rotation is under way: the key that was in force is good before it and after it.
    const during = sendAll(campaign, old, Math.floor(many / 2), 202);
    present = await rotation;
    before = old;
    await Promise.all([during, sendAll(campaign, present, many - Math.floor(many / 2) - 2, 202)]);
    if (round === 0) await sendAll(campaign, old, 2, 202);
    else await sendAll(campaign, older, 2, 401);
    if (round % 5 === 4) {
      const revoked = present;
      present = await installation.rotate(present.id, true);
      before = revoked;
      // Not counted among the deliveries of this class: they only make sure.
      await sendAll(campaign, revoked, 4, 401);
    }
    sent += many;
  }
}

async function sendAll(campaign: Campaign, sender: Agent, many: number, status: 202 | 401): Promise<void> {
  await Promise.all(
    Array.from({ length: Math.max(0, many) }, async (_, index) => {
      const samples = campaign.samples(2);
      const answer = await campaign.send({ id: campaign.id(), sender, body: batchOf(samples) }, index % 2);
      if (status === 401) {
        campaign.refused(answer, 401, "a key that is past its grace");
        return;
      }
      campaign.taken(answer, 2, "a key that is in force or in its grace");
      campaign.keep(samples);
    }),
  );
}
