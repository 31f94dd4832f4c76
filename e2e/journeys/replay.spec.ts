import { expect } from "@playwright/test";
import { consoleUrl, keepScreenshot, MAP_READY, test, untilKeysAreHeard } from "../fixtures/console.ts";

/** Long enough before now that something was measured, and short enough that the product ran. */
const BACK_MS = 20_000;

/** A replay of it lasts long enough to be held, at any speed but the fastest. */
const REPLAYED_MS = 1_800_000;

/** At 60 ×, the quarter of an hour that is replayed takes fifteen seconds: this much of it is left when it is looked at. */
const REPLAY_LEFT_MS = 120_000;

const moment = (backMs = BACK_MS): string => new Date(Math.floor(Date.now() / 1_000) * 1_000 - backMs).toISOString();

test("the map of a moment that is over says so, keeps it in every link, and lets nobody change anything", async ({
  signedIn: page,
}) => {
  const time = moment();
  await page.goto(`${consoleUrl()}/?time=${time}`);
  await page.waitForSelector(MAP_READY);
  const bar = page.getByRole("group", { name: "Time that is shown" });
  await expect(bar).toContainText(`${time.slice(11, 19)} UTC`);
  await keepScreenshot(page, "map-past-dark");
  await page.getByRole("link", { name: /^Plans/ }).click();
  await expect(page).toHaveURL(/\/plans\?time=/);
  await expect(page.getByRole("button", { name: "Plan now" })).toBeDisabled();
  await bar.getByRole("button", { name: "Back to live" }).click();
  await expect(bar).toContainText("Live");
  await expect(page).not.toHaveURL(/time=/);
  await expect(page.getByRole("button", { name: "Plan now" })).toBeEnabled();
});

test("a replay runs from its moment to now, faster than it happened, and is live again", async ({ signedIn: page }) => {
  await page.goto(`${consoleUrl()}/?time=${moment(REPLAYED_MS)}`);
  await page.waitForSelector(MAP_READY);
  const bar = page.getByRole("group", { name: "Time that is shown" });
  await bar.getByRole("button", { name: "Replay from here" }).click();
  await expect(page).toHaveURL(/replay=60/);
  await bar.getByRole("button", { name: "Hold the replay" }).click();
  await expect(page).not.toHaveURL(/replay=/);
  await bar.getByRole("button", { name: "Replay from here" }).click();
  await bar.getByLabel("Speed of the replay").selectOption("600");
  await expect(bar).toContainText("Live", { timeout: 30_000 });
});

test("the key of the replay begins it from live, a quarter of an hour ago", async ({ signedIn: page }) => {
  await page.goto(consoleUrl());
  await page.waitForSelector(MAP_READY);
  const bar = page.getByRole("group", { name: "Time that is shown" });
  await expect(bar).toContainText("Live");
  await page.locator("body").focus();
  await untilKeysAreHeard(page);
  await page.keyboard.press(",");
  await expect(page).toHaveURL(/time=.*replay=60|replay=60.*time=/);
  const begun = new URL(page.url()).searchParams.get("time");
  expect(Date.now() - Date.parse(begun ?? "")).toBeGreaterThan(REPLAY_LEFT_MS);
  await expect.poll(() => new URL(page.url()).searchParams.get("time")).not.toBe(begun);
  await expect(bar.getByRole("button", { name: "Hold the replay" })).toBeVisible();
});

test("the scrubber is moved by keys: back a minute, and live at its end", async ({ signedIn: page }) => {
  await page.goto(consoleUrl());
  await page.waitForSelector(MAP_READY);
  const slider = page.getByRole("slider", { name: "Moment that is shown" });
  await expect(slider).toHaveAttribute("aria-valuetext", "Live");
  await slider.focus();
  await page.keyboard.press("ArrowLeft");
  await expect(slider).toHaveAttribute("aria-valuetext", /UTC$/);
  await page.keyboard.press("End");
  await expect(slider).toHaveAttribute("aria-valuetext", "Live");
});
