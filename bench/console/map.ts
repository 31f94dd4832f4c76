import type { Browser } from "@playwright/test";
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
const FRAMES = 30;
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

/** The whole world under a hand that drags it: what the map's script takes of each frame. */
export async function mapFigures(browser: Browser, url: string): Promise<readonly Figure[]> {
  const page = await signedInPage(browser, url);
  const density = page.waitForResponse((response) => response.url().includes("users.density"), { timeout: 120_000 });
  await page.goto(`${url}/?links=all`);
  await page.waitForSelector('[data-map-ready="true"]', { timeout: 120_000 });
  await (await density).finished();
  const nextFrame = () => page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
  for (let frame = 0; frame < FRAMES; frame += 1) await nextFrame();
  const cdp = await page.context().newCDPSession(page);
  const box = await page.getByRole("region", { name: /World map/ }).boundingBox();
  if (!box) throw new Error("the map has no box");
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  const ms = await mapScriptMs(page, cdp, async () => {
    for (let frame = 1; frame <= FRAMES; frame += 1) {
      await page.mouse.move(x + 3 * frame, y + frame);
      await nextFrame();
    }
  });
  await page.mouse.up();
  await page.context().close();
  const what = `map of ${CELLS} cells of users and all links under a dragging hand, its script a frame, mean`;
  return [{ what, value: ms / FRAMES, unit: "ms", limit: 6 }];
}
