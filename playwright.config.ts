import { defineConfig } from "@playwright/test";
import { LAUNCH } from "./e2e/fixtures/browser.ts";

export default defineConfig({
  testDir: "e2e/journeys",
  timeout: 90_000,
  workers: 1,
  retries: 0,
  globalSetup: "./e2e/fixtures/start-product.ts",
  reporter: [["list"], ["json"]],
  use: {
    viewport: { width: 1440, height: 900 },
    // Without its film: drawing each frame once more takes a third of the time where there is no graphics card.
    trace: { mode: "retain-on-failure", screenshots: false },
    launchOptions: LAUNCH,
  },
});
