import { expect, type APIRequestContext, type Page } from "@playwright/test";
import { PERSON } from "../fixtures/browser.ts";
import { consoleUrl, test, untilKeysAreHeard } from "../fixtures/console.ts";

/** From the sign-in to a move that is watched, by keys alone: whoever touches the mouse here fails the test. */

test.beforeEach(async ({ page }) => {
  await page.addInitScript(() => {
    const forbid = (event: Event): void => {
      // Keys make clicks, too: those have no pointer behind them.
      if (event instanceof PointerEvent && event.detail > 0) throw new Error(`a pointer was used: ${event.type}`);
    };
    for (const type of ["click", "pointerdown"]) window.addEventListener(type, forbid, true);
  });
});

/** A plan that moves one component to where power is clean, and that component: one that has no state and stands elsewhere yet. */
async function planForOne(request: APIRequestContext): Promise<string> {
  // Not the mailer: the journey from a terminal moves that one to clean power itself.
  for (const name of ["payment", "shipping", "ad"]) {
    const data = { components: [`boutique/${name}`], weights: { carbon: 100 } };
    const answer = await request.post(`${consoleUrl()}/api/trpc/plans.create`, { data });
    const { result } = (await answer.json()) as { result: { data: { moves: unknown[] } } };
    if (result.data.moves.length === 1) return name;
  }
  throw new Error("no component would move for its carbon");
}

async function openPalette(page: Page, words: string): Promise<void> {
  await untilKeysAreHeard(page);
  await page.keyboard.press("Control+k");
  await expect(page.getByLabel("Search or run a command")).toBeFocused();
  await page.keyboard.type(words);
}

test("sign in, find the plan in the palette, approve it, watch it move", async ({ page, context }) => {
  test.setTimeout(240_000);
  await page.goto(`${consoleUrl()}/sign-in?next=/components`);
  await page.getByLabel("Password", { exact: true }).focus();
  await page.keyboard.type(PERSON.password);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Components" })).toBeVisible();
  // A plan whose inputs change is made again, so each try has one of its own: one component, to where power is clean.
  await expect(async () => {
    await page.keyboard.press("Escape");
    const name = await planForOne(context.request);
    await page.reload();
    await openPalette(page, `approve plan move ${name}`);
    await expect(page.getByRole("status").filter({ hasText: "It begins at once." })).toBeVisible({ timeout: 10_000 });
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog");
    await expect(dialog.getByLabel(/^Reason/)).toBeVisible({ timeout: 10_000 });
    await dialog.getByLabel(/^Reason/).focus();
    await page.keyboard.type("By keys alone");
    await dialog.getByRole("button", { name: /^Approve/ }).focus();
    await page.keyboard.press("Enter");
    await expect(page.getByRole("complementary")).toContainText("By keys alone", { timeout: 15_000 });
  }).toPass({ timeout: 120_000 });
  const run = page.getByRole("link", { name: /^Run mig_/ }).first();
  await expect(run).toBeVisible({ timeout: 60_000 });
  await run.focus();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/migrations\/mig_/);
  await expect(page.getByRole("region", { name: "Steps" })).toBeVisible({ timeout: 30_000 });
  await page.keyboard.press("Escape");
  await expect(page.getByRole("heading", { level: 1, name: "Migrations" })).toBeVisible();
});

test("rows are walked, opened and marked; chords lead to every page; Escape leads back", async ({ signedIn: page }) => {
  await page.goto(`${consoleUrl()}/components`);
  await expect(page.getByRole("checkbox").first()).toBeVisible();
  await untilKeysAreHeard(page);
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await expect(page.locator("tbody tr").nth(1).getByRole("link")).toBeFocused();
  await page.keyboard.press("x");
  await expect(page.getByText("1 marked")).toBeVisible();
  await page.keyboard.press("k");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/components\/boutique\/.+/);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("heading", { level: 1, name: "Components" })).toBeVisible();
  for (const [key, name] of [
    ["l", "Alerts"],
    ["n", "Routing"],
    ["d", "Data centres"],
    ["s", "Settings"],
  ] as const) {
    await page.keyboard.press("g");
    await page.keyboard.press(key);
    await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
  }
});

test("keys without Ctrl can be turned off, and Ctrl K still works", async ({ signedIn: page }) => {
  await page.goto(`${consoleUrl()}/settings`);
  const off = page.getByRole("switch", { name: /^Keys without Ctrl/ });
  await untilKeysAreHeard(page);
  await off.focus();
  await page.keyboard.press("Enter");
  await expect(off).toHaveAttribute("aria-checked", "false");
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog")).toBeHidden();
  await openPalette(page, "keys and commands");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog", { name: "Keys and commands" })).toBeVisible();
});

test("times switch between UTC and local everywhere, and stay so", async ({ signedIn: page }) => {
  await page.goto(`${consoleUrl()}/data-centers`);
  const clock = page.getByRole("status").filter({ hasText: "Live" });
  await expect(clock).toContainText("UTC");
  await untilKeysAreHeard(page);
  await page.keyboard.press("u");
  await expect(clock).toContainText("local");
  await page.reload();
  await expect(clock).toContainText("local");
  await expect(page.locator("time").first()).toHaveAttribute("title", /Z\n.+ local time/);
});
