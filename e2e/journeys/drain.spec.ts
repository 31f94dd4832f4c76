import { expect } from "@playwright/test";
import { makeKey, runGeostitch } from "../fixtures/command-line.ts";
import { consoleUrl, keepScreenshot, seriousFindings, test } from "../fixtures/console.ts";
import { bringTo } from "../fixtures/lab.ts";
import { withGuardRails } from "../fixtures/quick-policy.ts";

/** A data centre is emptied: asked for with a reason, planned, approved, watched until it is empty, and opened again. */
const PLACE = "gcp-europe-north1";
const REASON = "Power maintenance";

test.describe.configure({ mode: "serial" });

let key = "";
let restore: (() => Promise<void>) | null = null;
test.beforeAll(async () => {
  test.setTimeout(120_000);
  key = await makeKey("drain-journey", "administrator");
  // Moves are not what is looked at here.
  restore = await withGuardRails(key, { watchMs: 0 });
  await bringTo(PLACE, "boutique/shipping", key);
});
test.afterAll(async () => {
  await restore?.();
  await runGeostitch(["undrain", PLACE], { key });
});

test("a person drains a data centre: it closes at once, a plan empties it, and it opens again", async ({ signedIn: page }) => {
  test.setTimeout(180_000);
  await page.goto(`${consoleUrl()}/data-centers`);
  const row = page.getByRole("row", { name: new RegExp(PLACE) });
  await row.getByRole("button", { name: "Drain" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByRole("button", { name: "Drain and plan" })).toBeDisabled();
  await dialog.getByLabel("Reason").fill(REASON);
  await dialog.getByRole("button", { name: "Drain and plan" }).click();
  await expect(page).toHaveURL(/\/plans\/pln_/, { timeout: 30_000 });
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Drain Hamina: 1 component to", { timeout: 15_000 });
  expect(await seriousFindings(page)).toEqual([]);

  await page.goto(`${consoleUrl()}/data-centers`);
  await expect(row).toContainText("Cordoned", { timeout: 15_000 });
  await expect(row).toContainText("Draining, 0 of 1 gone", { timeout: 15_000 });
  expect(await seriousFindings(page)).toEqual([]);
  await keepScreenshot(page, "drain-dark");
  await row.getByRole("link", { name: "Plan" }).click();
  await page.getByRole("button", { name: /^Approve/ }).click();
  const approval = page.getByRole("dialog");
  await approval.getByLabel(/^Reason/).fill(REASON);
  await approval.getByRole("button", { name: /^Approve/ }).click();
  await expect(page.getByRole("complementary")).toContainText(REASON, { timeout: 15_000 });

  await page.goto(`${consoleUrl()}/data-centers`);
  await expect(row).toContainText("Drained, 1 of 1 gone", { timeout: 60_000 });
  await row.getByRole("button", { name: "End drain" }).click();
  await expect(row.getByRole("button", { name: "Drain", exact: true })).toBeVisible({ timeout: 10_000 });
  await expect(row).not.toContainText("Cordoned");
});

test("the same from a terminal, audited with its reason", async () => {
  const drained = await runGeostitch(["drain", PLACE, "--reason", REASON, "-o", "json"], { key });
  expect([drained.code, drained.error]).toEqual([0, ""]);
  expect(drained.json()).toMatchObject({ summary: `Drain ${PLACE}: nothing runs there`, moves: [] });
  const opened = await runGeostitch(["undrain", PLACE, "-o", "json"], { key });
  expect(opened.json()).toMatchObject({ status: { state: "ready", drain: null } });
  const refused = await runGeostitch(["recover", "boutique/cart", "--to", PLACE, "--reason", "x", "--accept-loss"], { key });
  expect([refused.code, refused.error.includes("does not run in a lost data centre")]).toEqual([1, true]);
  const audit = await runGeostitch(["get", "audit", "-o", "json"], { key });
  const items = audit.json() as unknown as
    { action: string; reason: string | null }[] | { items: { action: string; reason: string | null }[] };
  const entries = Array.isArray(items) ? items : items.items;
  expect(entries.find(({ action }) => action === "data-center.drain")).toMatchObject({ reason: REASON });
});
