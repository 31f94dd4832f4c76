import type { Browser, Page } from "@playwright/test";
import { cellToCenterChild, cellToChildren, getRes0Cells } from "h3-js";
import { emptyCounts, observe } from "../../server/kpi-intake/domain/histogram.ts";
import { toPairs } from "../../server/kpi-intake/domain/packed-counts.ts";
import type { TrafficSample } from "../../server/kpi-intake/domain/traffic.ts";
import { storeTraffic } from "../../server/kpi-intake/store/samples-store.ts";
import { openDatabase } from "../../server/platform/db/client.ts";
import type { Figure } from "./figure.ts";
import { signedInPage } from "./page.ts";
import { mapScriptMs } from "./slider.ts";
import { randomOf } from "./synthetic-world.ts";

const CELLS = 5_000;
/** Of so many places every two have a link: 210 links. */
export const LINKED_PLACES = 21;
const STEPS = 30;
/** Resolution of the cells that the world's map asks for, and of those that gateways report. */
const [SHOWN_RESOLUTION, REPORTED_RESOLUTION] = [2, 4];

/** Users in so many cells all over the earth, as a gateway reports them. Components are figures in the places' markers, whatever their number. */
export async function fillWorld(databaseUrl: string, places: readonly string[]): Promise<void> {
  const database = openDatabase(databaseUrl, { name: "bench-map", connectionsMax: 1 });
  try {
    await storeTraffic(database.pool, { agent: "bench", webhookId: "bench-map" }, new Date(), traffic(places));
  } finally {
    await database.close();
  }
}

function traffic(places: readonly string[]): TrafficSample[] {
  const random = randomOf(5);
  const cells = getRes0Cells().flatMap((cell) => cellToChildren(cell, SHOWN_RESOLUTION));
  return cells.slice(0, CELLS).map((cell, index): TrafficSample => {
    const [place = "", ms, requests] = [places[index % places.length], 10 + 300 * random(), 10 + Math.floor(200 * random())];
    const counts = emptyCounts();
    for (let each = 0; each < requests; each += 1) observe(counts, ms);
    return {
      component: "bench/front",
      entry: place,
      dataCenter: place,
      user: true,
      country: null,
      region: null,
      cell: cellToCenterChild(cell, REPORTED_RESOLUTION),
      requests,
      errors: 0,
      latency: toPairs(counts),
      sumMs: ms * requests,
    };
  });
}

/** Counts the frames that the map really draws: each begins by clearing its picture. */
const countFrames = (): void => {
  const counted = window as unknown as { mapFrames: number };
  counted.mapFrames = 0;
  const { prototype } = WebGL2RenderingContext;
  const clear = Object.getOwnPropertyDescriptor(prototype, "clear")?.value as (
    this: WebGL2RenderingContext,
    mask: number,
  ) => void;
  prototype.clear = function (mask) {
    if ((mask & this.COLOR_BUFFER_BIT) !== 0) counted.mapFrames += 1;
    clear.call(this, mask);
  };
};
const framesOf = (page: Page): Promise<number> => page.evaluate(() => (window as unknown as { mapFrames: number }).mapFrames);

/** The whole world under a hand that drags it: what the map's script takes of each frame. */
export async function mapFigures(browser: Browser, url: string): Promise<readonly Figure[]> {
  const page = await signedInPage(browser, url);
  await page.addInitScript(countFrames);
  const density = page.waitForResponse((response) => response.url().includes("users.density"), { timeout: 120_000 });
  await page.goto(`${url}/?links=all`);
  await page.waitForSelector('[data-map-ready="true"]', { timeout: 120_000 });
  await density;
  await page.waitForLoadState("networkidle");
  const nextFrame = () => page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
  for (let frame = 0; frame < STEPS; frame += 1) await nextFrame();
  // What is read again every quarter of a minute is no part of a frame, and here the frames take longer than that.
  await page.route(/\/api\/trpc\//, () => undefined);
  const cdp = await page.context().newCDPSession(page);
  const box = await page.getByRole("region", { name: /World map/ }).boundingBox();
  if (!box) throw new Error("the map has no box");
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  const before = await framesOf(page);
  const ms = await mapScriptMs(page, cdp, async () => {
    for (let step = 1; step <= STEPS; step += 1) {
      await page.mouse.move(x + 3 * step, y + step);
      await nextFrame();
    }
  });
  const frames = (await framesOf(page)) - before;
  await page.mouse.up();
  await page.context().close();
  console.log(`  map: ${frames} frames drawn in ${STEPS} steps of a dragging hand`);
  const links = (LINKED_PLACES * (LINKED_PLACES - 1)) / 2;
  const what = `map of ${CELLS} cells of users and ${links} links under a dragging hand, its script a frame, mean`;
  return [{ what, value: ms / frames, unit: "ms", limit: 6 }];
}
