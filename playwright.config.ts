import { defineConfig } from "@playwright/test";

const launch = [
  "--no-sandbox",
  "--disable-dev-shm-usage",
  "--disable-quic",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];

export default defineConfig({
  testDir: "e2e/journeys",
  timeout: 90_000,
  workers: 1,
  retries: 0,
  globalSetup: "./e2e/fixtures/start-product.ts",
  reporter: [["list"], ["json"]],
  use: {
    viewport: { width: 1440, height: 900 },
    trace: "retain-on-failure",
    launchOptions: { executablePath: process.env["GEOSTITCH_CHROMIUM"] || "/usr/bin/chromium", args: launch },
  },
});
