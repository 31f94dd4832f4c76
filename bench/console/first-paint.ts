import type { Browser } from "@playwright/test";
import type { Figure } from "./figure.ts";
import { signedInPage } from "./page.ts";

interface Loaded {
  readonly kib: number;
  readonly hasDeck: boolean;
}

/** Every script of a page that is opened for the first time, as it came over the wire. */
async function scriptsOf(browser: Browser, url: string, ready: string): Promise<Loaded> {
  const page = await signedInPage(browser, url.replace(/\/[^/]*$/, ""));
  await page.goto(url);
  await page.waitForSelector(ready, { timeout: 120_000 });
  const scripts = await page.evaluate(() =>
    (performance.getEntriesByType("resource") as PerformanceResourceTiming[])
      .filter(({ name }) => /\.m?js(\?|$)/.test(name))
      .map(({ name, encodedBodySize }) => ({ name, bytes: encodedBodySize })),
  );
  const texts = await Promise.all(scripts.map(async ({ name }) => (await page.request.get(name)).text()));
  await page.context().close();
  return {
    kib: scripts.reduce((sum, { bytes }) => sum + bytes, 0) / 1024,
    hasDeck: texts.some((text) => text.includes("deck.gl")),
  };
}

export async function firstPaintFigures(browser: Browser, url: string): Promise<readonly Figure[]> {
  const [shell, map] = [
    await scriptsOf(browser, `${url}/settings`, "main h1"),
    await scriptsOf(browser, `${url}/`, '[data-map-ready="true"]'),
  ];
  return [
    { what: "scripts of a page without a map (the shell), compressed", value: shell.kib, unit: "KiB", limit: 180 },
    { what: "scripts of the map, compressed", value: map.kib, unit: "KiB", limit: 520 },
    { what: "pages of these with deck.gl in them", value: Number(shell.hasDeck) + Number(map.hasDeck), unit: "", limit: 0 },
  ];
}
