import { expect, type Page } from "@playwright/test";
import { consoleUrl, keepScreenshot, MAP_READY, seriousFindings, test } from "../fixtures/console.ts";

/** From a world that has just begun to a promise that was kept or was not: the whole loop, as a person goes through it. */

/** Minutes are hours there, and other journeys come first: by then another place is better, or soon will be. */
const PLAN_WITHIN_MS = 420_000;
/** Ten moves, each with a minute of watching, two at a time. */
const RUN_WITHIN_MS = 900_000;
const REASON = "Matches where users are";
const THEMES = ["dark", "light"] as const;

test.describe.configure({ mode: "serial" });

/** Where the plan is that was approved. */
let approved = "";

/** The first plan of the inbox: one whose inputs change is made again, so none stands in the address for long. */
async function openFirstPlan(page: Page): Promise<void> {
  await page.goto(`${consoleUrl()}/plans`);
  await page.getByRole("region", { name: "Plans", exact: true }).getByRole("link", { name: /pln_/ }).first().click();
  await expect(page).toHaveURL(/\/plans\/pln_/);
  await expect(page.getByRole("heading", { level: 1 })).toContainText(/^Move /);
}

async function inBothThemes(page: Page, name: string): Promise<void> {
  for (const theme of THEMES) {
    await page.context().addCookies([{ name: "geostitch-theme", value: theme, url: consoleUrl() }]);
    await page.reload();
    await expect(page.locator("main h1")).toBeVisible();
    await expect(page.locator('main [aria-busy="true"]')).toHaveCount(0);
    expect(await seriousFindings(page)).toEqual([]);
    await keepScreenshot(page, `${name}-${theme}`);
  }
}

test("a plan appears in the inbox by itself, and the rail counts it", async ({ signedIn: page }) => {
  test.setTimeout(PLAN_WITHIN_MS + 60_000);
  await page.goto(`${consoleUrl()}/plans`);
  await expect(page.getByRole("heading", { level: 1, name: "Plans" })).toBeVisible();
  const first = page.getByRole("region", { name: "Plans", exact: true }).getByRole("link", { name: /pln_/ }).first();
  await expect(first).toBeVisible({ timeout: PLAN_WITHIN_MS });
  await expect(page.getByRole("navigation", { name: "Console" }).getByRole("link", { name: /Plans.*to decide/ })).toBeVisible();
});

test("it says what users will notice, why, and what else could be done", async ({ signedIn: page }) => {
  test.setTimeout(120_000);
  await openFirstPlan(page);
  await expect(page.getByRole("heading", { name: /^What users will notice/ })).toBeVisible();
  await expect(page.getByRole("listitem").filter({ hasText: "Score now" })).toBeVisible();
  await expect(page.getByRole("region", { name: "Alternatives" }).getByRole("row", { name: /Do nothing/ })).toBeVisible();
  await expect(page.getByRole("complementary")).toContainText("Proposed by the");
  await expect(page.getByRole("group", { name: "Command line" })).toContainText("geostitch approve");
  await inBothThemes(page, "plan");
  await page.goto(`${consoleUrl()}/`);
  await page.waitForSelector(MAP_READY);
  await expect(page.getByText("Proposed", { exact: true })).toBeVisible();
});

test("why the component is where it is can be read on its own page", async ({ signedIn: page }) => {
  test.setTimeout(120_000);
  await openFirstPlan(page);
  await page.getByRole("link", { name: "Every place, term by term" }).click();
  await expect(page).toHaveURL(/tab=why/);
  const places = page.getByRole("region", { name: "Score by data centre" });
  await expect(places.getByText("Planned")).toBeVisible();
  await expect(places.getByText(/^Here now/)).toBeVisible();
  await expect(page.getByRole("heading", { name: /^Constraints/ })).toBeVisible();
  await inBothThemes(page, "why");
});

test("rejecting asks for a reason, approving says what it does, and the run begins", async ({ signedIn: page }) => {
  test.setTimeout(120_000);
  await openFirstPlan(page);
  await page.getByRole("button", { name: /^Reject/ }).click();
  await expect(page.getByRole("dialog").getByRole("button", { name: /^Reject/ })).toBeDisabled();
  await page.keyboard.press("Escape");
  await expect(async () => {
    await openFirstPlan(page);
    await page.getByRole("button", { name: /^Approve/ }).click({ timeout: 5_000 });
    const dialog = page.getByRole("dialog");
    await expect(dialog).toContainText("It begins at once.");
    await dialog.getByLabel(/^Reason/).fill(REASON);
    await dialog.getByRole("button", { name: /^Approve/ }).click();
    await expect(page.getByRole("complementary")).toContainText(REASON, { timeout: 15_000 });
  }).toPass({ timeout: 90_000 });
  approved = new URL(page.url()).pathname;
  await expect(page.getByRole("button", { name: /^Approve/ })).toBeDisabled();
  await expect(page.getByRole("link", { name: /^Run mig_/ }).first()).toBeVisible({ timeout: 30_000 });
});

test("the run is watched to its end, and the receipt holds the promise against the outcome", async ({ signedIn: page }) => {
  test.setTimeout(RUN_WITHIN_MS + 60_000);
  await page.goto(`${consoleUrl()}${approved}`);
  await page
    .getByRole("link", { name: /^Run mig_/ })
    .first()
    .click();
  await expect(page.getByRole("region", { name: "Steps" })).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole("link", { name: /^plan pln_/ })).toBeVisible();
  await page.goto(`${consoleUrl()}${approved}`);
  const receipt = page.getByRole("region", { name: "Receipt" });
  await expect(receipt).toBeVisible({ timeout: RUN_WITHIN_MS });
  await expect(page.getByText(/^(Promise kept|Promise missed|Insufficient data)/).first()).toBeVisible();
  await expect(receipt.getByRole("row").nth(1)).toContainText(/ms/);
  await inBothThemes(page, "receipt");
});

test("the audit shows who approved it and why, and its chain is whole", async ({ signedIn: page }) => {
  const id = approved.split("/").at(-1) ?? "";
  await page.goto(`${consoleUrl()}/audit?object=${id}`);
  const approval = page.getByRole("row", { name: /plan\.approve/ });
  await expect(approval).toContainText(REASON, { timeout: 30_000 });
  await approval.getByRole("button").click();
  await expect(page.getByRole("complementary", { name: /^Entry/ })).toContainText("What changed");
  await page.getByRole("button", { name: "Verify the chain" }).click();
  await expect(page.getByRole("status").filter({ hasText: "The chain is whole" })).toBeVisible({ timeout: 30_000 });
  expect(await seriousFindings(page)).toEqual([]);
});
