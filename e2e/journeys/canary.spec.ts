import { expect } from "@playwright/test";
import { makeKey, runGeostitch } from "../fixtures/command-line.ts";
import { consoleUrl, keepScreenshot, seriousFindings, test } from "../fixtures/console.ts";
import { withGuardRails } from "../fixtures/quick-policy.ts";

/** A part of the shop's users is tried in Frankfurt, seen beside the others, and sent back by a person. */
const COMPONENT = "boutique/frontend";

let key = "";
let restore: (() => Promise<void>) | null = null;
test.beforeAll(async () => {
  test.setTimeout(120_000);
  key = await makeKey("canary-journey", "administrator");
  // Longer than a person, and axe, take to look at it.
  restore = await withGuardRails(key, { canaryMs: 300_000 });
});
test.afterAll(() => restore?.());

test("a move shows who is where while it is tried, what both sides get, and gives its users back when asked", async ({
  signedIn: page,
}) => {
  test.setTimeout(240_000);
  await page.goto(`${consoleUrl()}/components/${COMPONENT}`);
  await page.getByRole("button", { name: "Migrate" }).click();
  await page.locator("dialog select").selectOption("aws-eu-central-1");
  await page.getByRole("dialog").getByRole("button", { name: "Migrate" }).click();
  await expect(page).toHaveURL(/\/migrations\/mig_/, { timeout: 30_000 });
  const canary = page.getByRole("region", { name: "Canary" });
  await expect(canary).toContainText("20 % of users are in Frankfurt, 80 % stay.", { timeout: 60_000 });
  await expect(canary.getByRole("img", { name: "20 % of users in Frankfurt" })).toBeVisible();
  // Users who come there are counted, and so are those who stay.
  await expect(
    canary
      .getByRole("row", { name: /20 % of users in Frankfurt/ })
      .getByRole("cell")
      .nth(1),
  ).not.toHaveText("0", {
    timeout: 15_000,
  });
  await keepScreenshot(page, "canary-dark");
  await page.getByRole("button", { name: /^Roll back/ }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("All users go back to the old place at once.");
  await dialog.getByLabel("Reason").fill("Only a rehearsal");
  await dialog.getByRole("button", { name: /^Roll back/ }).click();
  await expect(page.locator("main .chip").first()).toContainText("Rolled back", { timeout: 20_000 });
  await expect(canary).toContainText("all users are in N. Virginia again");
  expect(await seriousFindings(page)).toEqual([]);
  const id = new URL(page.url()).pathname.split("/").at(-1) ?? "";
  const run = await runGeostitch(["get", "migration", id, "-o", "json"], { key });
  expect(run.json()).toMatchObject({
    state: "rolled_back",
    error: "Only a rehearsal",
    rolledBackBy: null,
    canary: { percent: 20, decision: "returned", reason: "Only a rehearsal" },
  });
  const component = await runGeostitch(["get", "component", COMPONENT, "-o", "json"], { key });
  expect(component.json()["status"]).toMatchObject({ placements: [{ dataCenter: "aws-us-east-1" }] });
});
