import { afterAll, beforeAll, expect, test } from "vitest";
import { Campaign } from "./intake-campaign/campaign.ts";
import { DELIVERY_CLASSES } from "./intake-campaign/delivery-classes.ts";
import { Installation } from "./intake-campaign/installation.ts";

/** A small share of `npm run test:intake`: two intakes as real processes on one real database. */
let installation: Installation;
let campaign: Campaign;
beforeAll(async () => {
  installation = await Installation.start({ console: false });
  campaign = new Campaign(installation, { count: 30, seed: 1 });
}, 60_000);
afterAll(async () => {
  await campaign.close();
  await installation.stop();
}, 30_000);

test.each(DELIVERY_CLASSES)(
  "deliveries $name get the answer that is theirs",
  async (deliveries) => {
    campaign.misses.length = 0;
    await deliveries.run(campaign);
    expect(campaign.misses).toEqual([]);
  },
  60_000,
);

test("of all of them nothing was lost, nothing doubled, and no answer was a server's error", async () => {
  expect(await campaign.audit()).toEqual({ lost: 0, doubled: 0 });
  expect(campaign.serverErrors).toBe(0);
  expect(installation.complaints()).toEqual([]);
});
