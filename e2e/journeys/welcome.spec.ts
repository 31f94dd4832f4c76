import { expect, type Page } from "@playwright/test";
import { PERSON } from "../fixtures/browser.ts";
import { consoleUrl, keepScreenshot, MAP_READY, seriousFindings, test } from "../fixtures/console.ts";

/** The first minutes of somebody who has just started it: steps that complete themselves, over a map that is alive. */

const PLAN_WITHIN_MS = 420_000;
/** A large map drawn without a graphics card keeps the page busy: a step away from it takes its time. */
const AWAY = { timeout: 30_000 };
const steps = (page: Page) => page.getByRole("region", { name: "First steps" });

test("what has happened is done, what has not is not, and it survives a reload", async ({ signedIn: page }) => {
  test.setTimeout(PLAN_WITHIN_MS + 60_000);
  await page.goto(`${consoleUrl()}/welcome`);
  await page.waitForSelector(MAP_READY);
  const panel = steps(page);
  await expect(panel.getByRole("listitem").filter({ hasText: "See where users are, done" })).toBeVisible({ timeout: 60_000 });
  const plan = panel.getByRole("listitem").filter({ hasText: "Open the waiting plan" });
  await expect(plan).toHaveAttribute("aria-current", "step");
  await expect(panel.getByRole("link", { name: "Open the plan" })).toBeVisible({ timeout: PLAN_WITHIN_MS });
  await panel.getByRole("link", { name: "Open the plan" }).click();
  await expect(page.getByRole("heading", { level: 1, name: /^Move / })).toBeVisible(AWAY);
  await page.goto(`${consoleUrl()}/welcome`);
  await expect(panel.getByRole("listitem").filter({ hasText: "Open the waiting plan, done" })).toBeVisible(AWAY);
  await expect(panel.getByRole("progressbar", { name: "Steps done" })).not.toHaveAttribute("aria-valuenow", "0");
});

test("an agent of one's own is waited for by its name", async ({ signedIn: page, context }) => {
  await page.goto(`${consoleUrl()}/welcome`);
  const told = steps(page)
    .getByRole("status")
    .filter({ hasText: /heartbeat/ });
  await expect(told).toContainText("Waiting for the first heartbeat");
  const name = `own-${Date.now().toString(36)}`;
  const created = await context.request.post(`${consoleUrl()}/api/trpc/agents.create`, {
    data: { name, components: ["boutique/cart"] },
  });
  expect(created.ok()).toBe(true);
  await expect(told).toContainText(`first heartbeat of ${name}`, { timeout: 20_000 });
});

test("closed it stays closed, and the help leads back", async ({ page }) => {
  await page.goto(`${consoleUrl()}/sign-in`);
  await page.getByLabel("Password", { exact: true }).fill(PERSON.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL((url) => url.pathname !== "/sign-in");
  await page.goto(`${consoleUrl()}/welcome`);
  await page.getByRole("button", { name: "Close the first steps" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Map" })).toBeAttached(AWAY);
  await page.context().clearCookies();
  await page.goto(`${consoleUrl()}/sign-in`);
  await page.getByLabel("Password", { exact: true }).fill(PERSON.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Map" })).toBeAttached(AWAY);
  await page.getByRole("button", { name: "Help and keys" }).click();
  await page.getByRole("link", { name: "Five steps through the console" }).click();
  await expect(page.getByRole("heading", { level: 1, name: /^Five steps/ })).toBeVisible();
});

for (const theme of ["dark", "light"] as const) {
  test(`the first steps have no serious axe finding in ${theme}`, async ({ signedIn: page, context }) => {
    await context.addCookies([{ name: "geostitch-theme", value: theme, url: consoleUrl() }]);
    await page.goto(`${consoleUrl()}/welcome`);
    await page.waitForSelector(MAP_READY);
    expect(await seriousFindings(page)).toEqual([]);
    await keepScreenshot(page, `welcome-${theme}`);
  });
}
