import { expect } from "@playwright/test";
import { makeKey } from "../fixtures/command-line.ts";
import { consoleUrl, keepScreenshot, seriousFindings, test } from "../fixtures/console.ts";
import { bringTo, cutOff } from "../fixtures/lab.ts";
import { withGuardRails } from "../fixtures/quick-policy.ts";

/** A data centre is lost with state in it: nothing of it moves by itself, and an approver starts it again by accepting the loss. */
const PLACE = "gcp-europe-north1";
const TARGET = "aws-eu-central-1";
const COMPONENT = "boutique/recommendation";

let restore: (() => Promise<void>) | null = null;
test.beforeAll(async () => {
  test.setTimeout(120_000);
  const key = await makeKey("recover-journey", "administrator");
  restore = await withGuardRails(key, { watchMs: 0 });
  await bringTo(PLACE, COMPONENT, key);
});
test.afterAll(async () => {
  await cutOff(PLACE, false);
  await restore?.();
});

test("an approver reads what would be lost, types its name, and watches it start again elsewhere", async ({ signedIn: page }) => {
  test.setTimeout(180_000);
  await cutOff(PLACE, true);
  await page.goto(`${consoleUrl()}/components/${COMPONENT}`);
  const notice = page.getByRole("status").filter({ hasText: "Hamina is lost" });
  await expect(notice).toContainText("all of what it kept", { timeout: 60_000 });
  await keepScreenshot(page, "lost-dark");
  await notice.getByRole("button", { name: "Recover without it" }).click();
  const dialog = page.getByRole("dialog");
  const confirm = dialog.getByRole("button", { name: "Recover without its state" });
  await dialog.getByRole("combobox", { name: "To" }).selectOption(TARGET);
  await dialog.getByLabel("Reason").fill("The region is gone");
  await dialog.getByLabel("Type recommendation to accept the loss").fill("recommend");
  await expect(confirm).toBeDisabled();
  await dialog.getByLabel("Type recommendation to accept the loss").fill("recommendation");
  expect(await seriousFindings(page)).toEqual([]);
  await confirm.click();
  await expect(page).toHaveURL(/\/migrations\/mig_/, { timeout: 30_000 });
  await expect(page.getByText("Given up: all of what it kept")).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole("main").getByText("Succeeded", { exact: true }).first()).toBeVisible({ timeout: 60_000 });
  expect(await seriousFindings(page)).toEqual([]);

  await page.goto(`${consoleUrl()}/data-centers`);
  const row = page.getByRole("row", { name: new RegExp(PLACE) });
  await expect(row).toContainText("Unreachable", { timeout: 15_000 });
  await expect(page.getByText("Hamina is lost: neither its host nor its instances")).toBeVisible();
  await cutOff(PLACE, false);
  await expect(row).toContainText("Ready", { timeout: 60_000 });
  await page.goto(`${consoleUrl()}/components/${COMPONENT}`);
  await expect(page.getByRole("main")).toContainText("Frankfurt", { timeout: 15_000 });
  await expect(page.getByRole("status").filter({ hasText: "is lost" })).toHaveCount(0);
});
