import { writeFileSync } from "node:fs";
import { expect, type Page } from "@playwright/test";
import { consoleUrl, seriousFindings, test } from "../fixtures/console.ts";
import { makeKey, runGeostitch } from "../fixtures/command-line.ts";

/** A draft from the first key press to what is in force, and back. */

test.describe.configure({ mode: "serial" });

const REASON = "Users first, for the length of a journey";
const wouldMove = (page: Page) => page.getByRole("status").filter({ hasText: /^Would move/ });

async function openPolicy(page: Page): Promise<void> {
  await page.goto(`${consoleUrl()}/policy`);
  await expect(page.getByRole("heading", { level: 1, name: "Policy" })).toBeVisible();
  await expect(wouldMove(page)).toBeVisible({ timeout: 60_000 });
}

test("keys alone try a draft, the planner answers it, and it is published with a reason", async ({ signedIn: page }) => {
  test.setTimeout(300_000);
  await openPolicy(page);
  const threshold = page.getByRole("slider", { name: "Threshold" });
  await threshold.focus();
  // Nobody scores below nothing: a threshold of 0 has no candidate, one of 100 has everybody.
  for (let press = 0; press < 10; press += 1) await page.keyboard.press("Shift+ArrowLeft");
  await expect(threshold).toHaveValue("0");
  await expect(wouldMove(page)).toContainText("Would move 0 of");
  for (let press = 0; press < 10; press += 1) await page.keyboard.press("Shift+ArrowRight");
  await expect(threshold).toHaveValue("100");
  await expect(page.locator("[data-agreement='agrees'], [data-agreement='differs']")).toBeVisible({ timeout: 60_000 });
  await page.keyboard.press("0");
  await expect(threshold).toHaveValue("60");
  await page.keyboard.press("v");
  await expect(page.getByRole("table", { name: "Placements under the draft" })).toBeVisible();
  await page.keyboard.press("v");
  const proximity = page.getByRole("slider", { name: "Proximity" });
  await proximity.focus();
  await page.keyboard.press("Shift+ArrowRight");
  await page.keyboard.press("ArrowRight");
  await expect(proximity).toHaveValue("61");
  await expect(page.getByRole("slider", { name: "Performance" })).toHaveValue("39");
  await expect(page.getByText("Draft, 2 changes")).toBeVisible();
  await expect(page).toHaveURL(/w=61-39-0-0-0-0-0/);
  expect(await seriousFindings(page)).toEqual([]);
  await page.getByLabel("Reason, kept in the audit").fill(REASON);
  await page.getByRole("button", { name: /^Publish as/ }).press("Enter");
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByRole("row", { name: /Proximity 50 61/ })).toBeVisible();
  expect(await seriousFindings(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Publish", exact: true }).press("Enter");
  await expect(dialog).toBeHidden();
  await expect(page.getByText(/^Draft, /)).toBeHidden();
  await expect(proximity).toHaveValue("61");
});

test("the history says who, when and why, and brings the one before back", async ({ signedIn: page }) => {
  await openPolicy(page);
  await page.getByRole("button", { name: /open the history/ }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByText(REASON)).toBeVisible();
  expect(await seriousFindings(page)).toEqual([]);
  await dialog
    .getByRole("button", { name: /^Revert to/ })
    .first()
    .click();
  await dialog.getByLabel("Reason to revert").fill("The journey is over");
  await dialog.getByRole("button", { name: /^Bring \d+ back/ }).click();
  await expect(dialog.getByText("The journey is over")).toBeVisible();
  await dialog.getByRole("button", { name: "Close" }).click();
  await expect(page.getByRole("slider", { name: "Proximity" })).toHaveValue("50");
});

test("a link opens the same draft, and it changes nothing until it is published", async ({ signedIn: page }) => {
  await page.goto(`${consoleUrl()}/policy?w=48-25-10-6-3-4-4`);
  await expect(page.getByRole("slider", { name: "Proximity" })).toHaveValue("48");
  await expect(page.getByRole("button", { name: "Near users" })).toHaveAttribute("aria-pressed", "true");
  await page.locator("main").press("c");
  await expect(page.getByRole("button", { name: /Back to the draft/ })).toBeVisible();
  await expect(page.getByRole("slider", { name: "Proximity" })).toHaveValue("50");
  await page.locator("main").press("c");
  await page.getByRole("button", { name: "Discard" }).click();
  await expect(page.getByText("Nothing is changed.")).toBeVisible();
  await expect(page.getByRole("button", { name: /^Publish as/ })).toBeDisabled();
});

test("mode, guard rails and windows are set without a pointer, and an application gets a policy of its own", async ({
  signedIn: page,
}) => {
  await openPolicy(page);
  await page.getByRole("radio", { name: "Recommend" }).press("Space");
  await page.getByRole("spinbutton", { name: "Cool-down, min" }).fill("90");
  await page.getByRole("button", { name: "Window", exact: true }).press("Enter");
  await page.getByLabel("Kind of window 1").selectOption("deny");
  await expect(page.getByText("Draft, 3 changes")).toBeVisible();
  await page.reload();
  await expect(page.getByText("Draft, 3 changes")).toBeVisible();
  await page.getByRole("button", { name: "Discard" }).click();
  await page.getByRole("button", { name: "New policy for an application" }).click();
  await page.getByRole("dialog").getByLabel("Reason").fill("The shop is handled by its own team");
  await page.getByRole("dialog").getByRole("button", { name: "Publish the policy" }).click();
  await expect(page).toHaveURL(/policy=boutique/);
  await page.getByRole("button", { name: /open the history/ }).click();
  await page.getByRole("button", { name: "Remove the policy…" }).click();
  await page.getByRole("button", { name: "Remove, the default applies" }).click();
  await expect(page.getByLabel("Whose policy")).toHaveValue("default");
});

test("the same from a terminal: history, publish, revert", async () => {
  test.setTimeout(300_000);
  const key = await makeKey("policy-journey", "administrator");
  const before = await runGeostitch(["policy", "history", "default", "-o", "json"], { key });
  expect(JSON.stringify(before.json())).toContain(REASON);
  const file = test.info().outputPath("policy.yaml");
  writeFileSync(file, (await runGeostitch(["get", "policy", "default", "-o", "yaml"], { key })).out);
  const same = await runGeostitch(["policy", "publish", "-f", file, "--reason", "nothing new"], { key });
  expect([same.code, same.error]).toEqual([0, ""]);
  const refused = await runGeostitch(["policy", "revert", "default", "--to", "9999", "--reason", "x"], { key });
  expect([refused.code, refused.error]).toEqual([1, expect.stringContaining("no generation 9999")]);
});
