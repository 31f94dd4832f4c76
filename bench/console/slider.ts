import type { Browser, CDPSession, Page } from "@playwright/test";
import type { PreviewInputs } from "../../server/migration-planning/domain/preview/inputs.ts";
import { median, quantile } from "../statistics.ts";
import type { Figure } from "./figure.ts";
import { signedInPage } from "./page.ts";

const WARM = 10;
/** So many that a hand moves for longer than a map without a graphics card waits: what its drawing costs is among them. */
const STEPS = 400;

/** As short as it may be without another result: an installation of thousands is read over a wire, too. */
const bodyOf = (inputs: PreviewInputs): string =>
  JSON.stringify({ result: { data: inputs } }, (_, value: unknown) =>
    typeof value === "number" ? Number(value.toFixed(5)) : value,
  );

/** The real page of the production build; one answer of the server is replaced by that of a larger installation. */
export async function openPolicy(browser: Browser, url: string, inputs: PreviewInputs): Promise<Page> {
  const page = await signedInPage(browser, url);
  const body = bodyOf(inputs);
  await page.route(/policies\.previewInputs/, (route) => route.fulfill({ contentType: "application/json", body }));
  await page.goto(`${url}/policy`);
  await page
    .getByRole("status")
    .filter({ hasText: /^Would move/ })
    .waitFor({ timeout: 120_000 });
  return page;
}

const countOf = (page: Page, measure: string): Promise<number> =>
  page.evaluate((name) => performance.getEntriesByName(name).length, measure);

/** One key press, and whatever `measure` says of it. */
export async function steps(page: Page, measure: string, count: number): Promise<number[]> {
  const slider = page.getByRole("slider", { name: "Proximity" });
  await slider.focus();
  const before = await countOf(page, measure);
  for (let index = 0; index < count; index += 1) {
    await page.keyboard.press(index % 20 < 10 ? "ArrowRight" : "ArrowLeft");
    await page.waitForFunction(([name, wanted]) => performance.getEntriesByName(name).length >= wanted, [
      measure,
      before + index + 1,
    ] as const);
  }
  return page.evaluate(
    ([name, from]) =>
      performance
        .getEntriesByName(name)
        .slice(from)
        .map(({ duration }) => duration),
    [measure, before] as const,
  );
}

/** What the last steps took where they were computed, in the page or in its worker. */
const computedOf = (page: Page): Promise<number[]> =>
  page.evaluate(
    (last) =>
      performance
        .getEntriesByName("preview:compute")
        .slice(-last)
        .map(({ duration }) => duration),
    STEPS,
  );

interface Profile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: { readonly url: string } }[];
  readonly samples?: readonly number[];
  readonly timeDeltas?: readonly number[];
}

/** Main-thread time of every script, ms, by its address. */
function timeByScript({ nodes, samples = [], timeDeltas = [] }: Profile): ReadonlyMap<string, number> {
  const urls = new Map(nodes.map(({ id, callFrame }) => [id, callFrame.url]));
  const times = new Map<string, number>();
  samples.forEach((id, index) => {
    const url = urls.get(id) ?? "";
    times.set(url, (times.get(url) ?? 0) + (timeDeltas[index] ?? 0) / 1_000);
  });
  return times;
}

export async function mapScriptMs(page: Page, cdp: CDPSession, work: () => Promise<void>): Promise<number> {
  await cdp.send("Profiler.enable");
  await cdp.send("Profiler.setSamplingInterval", { interval: 200 });
  await cdp.send("Profiler.start");
  await work();
  const { profile } = await cdp.send("Profiler.stop");
  let total = 0;
  for (const [url, ms] of timeByScript(profile)) {
    if (!url.startsWith("http")) continue;
    const text = await (await page.request.get(url)).text();
    if (text.includes("maplibregl-canvas")) total += ms;
  }
  return total;
}

export async function sliderFigures(browser: Browser, url: string, inputs: PreviewInputs): Promise<readonly Figure[]> {
  const page = await openPolicy(browser, url, inputs);
  await page.waitForSelector('[data-map-ready="true"]', { timeout: 120_000 });
  await steps(page, "slider:paint", WARM);
  const painted = await steps(page, "slider:paint", STEPS);
  const computed = await computedOf(page);
  const cdp = await page.context().newCDPSession(page);
  const mapMs = await mapScriptMs(page, cdp, async () => {
    await steps(page, "slider:paint", STEPS);
  });
  await page.context().close();
  const count = inputs.components.length;
  console.log(
    `  in Chromium: computed in ${median(computed).toFixed(2)} ms, painted in ${median(painted).toFixed(1)} ms, medians of ${STEPS} key presses`,
  );
  return [
    { what: `${count} components computed in Chromium, p95`, value: quantile(computed, 0.95), unit: "ms", limit: 5 },
    { what: `${count} components, key to numbers and list painted, p95`, value: quantile(painted, 0.95), unit: "ms", limit: 50 },
    { what: "map's script a step of the slider, mean", value: mapMs / STEPS, unit: "ms", limit: 6 },
  ];
}

export async function workerFigures(browser: Browser, url: string, inputs: PreviewInputs): Promise<readonly Figure[]> {
  const page = await openPolicy(browser, url, inputs);
  await steps(page, "preview:worker", WARM);
  const besideMap = await steps(page, "preview:worker", STEPS);
  const computed = await computedOf(page);
  // A frame of the map without a graphics card holds the page for longer than the worker computes, and the answer with it.
  await page.keyboard.press("v");
  await page.getByRole("table", { name: "Placements under the draft" }).waitFor();
  await steps(page, "preview:worker", WARM);
  const besideTable = await steps(page, "preview:worker", STEPS);
  await page.context().close();
  const count = inputs.components.length;
  const [middle, high] = [median(besideMap), quantile(besideMap, 0.95)].map((ms) => ms.toFixed(1));
  console.log(`  in a worker beside the map: ${count} components asked to answered in ${middle} ms, p95 ${high} ms, of ${STEPS}`);
  const figure = (what: string, values: readonly number[]): Figure => ({
    what: `${count} components in a worker, ${what}, p95`,
    value: quantile(values, 0.95),
    unit: "ms",
    limit: 100,
  });
  return [figure("computed", computed), figure("asked to answered beside the table", besideTable)];
}
