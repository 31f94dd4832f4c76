/**
 * What the console does in time: `npm run bench:console`. Starts the product without the lab, in a data folder and on ports of its
 * own, registers thirty data centres, and opens the real page in Chromium. What drafts are tried on is the real reading of a world
 * of 500 components that call each other; the page gets it in place of its own server's answer, since 500 processes would measure
 * this machine, not the page. For 5,000 the same components are taken ten times. Each part prints its figures; one that is not met
 * ends with code 1. `--only compute|slider|worker|map|first-paint|lighthouse`
 */
import { parseArgs } from "node:util";
import { chromium, type Browser } from "@playwright/test";
import { LAUNCH, PERSON } from "../e2e/fixtures/browser.ts";
import { startProduct } from "../server/testing/product.ts";
import { computeFigures } from "./console/compute.ts";
import { figureLine, isMet, type Figure } from "./console/figure.ts";
import { firstPaintFigures } from "./console/first-paint.ts";
import { lighthouseFigures } from "./console/lighthouse.ts";
import { fillWorld, LINKED_PLACES, mapFigures } from "./console/map.ts";
import { signedInPage } from "./console/page.ts";
import { sliderFigures, workerFigures } from "./console/slider.ts";
import { repeatInputs, syntheticInputs, syntheticWorld } from "./console/synthetic-world.ts";

const COMPONENTS = 500;
const PLACES = 30;
const PLACE_NAMES = Array.from({ length: PLACES }, (_, index) => `place-${index}`);
const TIMES = 10;

const { only } = parseArgs({ options: { only: { type: "string" } } }).values;
const wants = (part: string): boolean => only === undefined || only === part;

async function registerPlaces(browser: Browser, url: string): Promise<void> {
  const page = await signedInPage(browser, url);
  const manifests = PLACE_NAMES.map((name, index) => ({
    apiVersion: "geostitch.dev/v1",
    kind: "DataCenter",
    metadata: { name },
    spec: {
      location: { latitude: 50 * Math.sin(index * 2.4), longitude: (360 * index) / PLACES - 180, country: "US" },
      capacity: { cpu: "64", memory: "256Gi", storage: "2Ti" },
    },
  }));
  const answer = await page.request.post(`${url}/api/trpc/registry.applyManifests`, { data: { manifests } });
  if (!answer.ok()) throw new Error(`apply answered ${answer.status()}: ${await answer.text()}`);
  await page.context().close();
}

async function removePlaces(browser: Browser, url: string, names: readonly string[]): Promise<void> {
  const page = await signedInPage(browser, url);
  for (const name of names) {
    const answer = await page.request.delete(`${url}/api/v1/data-centers/${name}`);
    if (!answer.ok()) throw new Error(`removing ${name} answered ${answer.status()}: ${await answer.text()}`);
  }
  await page.context().close();
}

async function largeMap(browser: Browser, url: string, databaseUrl: string): Promise<readonly Figure[]> {
  await removePlaces(browser, url, PLACE_NAMES.slice(LINKED_PLACES));
  await fillWorld(databaseUrl, PLACE_NAMES.slice(0, LINKED_PLACES));
  return await mapFigures(browser, url);
}

async function withBrowser<T>(work: (browser: Browser) => Promise<T>): Promise<T> {
  const browser = await chromium.launch(LAUNCH);
  try {
    return await work(browser);
  } finally {
    await browser.close();
  }
}

async function inBrowser(inputs: ReturnType<typeof syntheticInputs>): Promise<readonly Figure[]> {
  const product = await startProduct({ GEOSTITCH_LAB: "off", GEOSTITCH_ADMIN_PASSWORD: PERSON.password });
  const url = product.consoleUrl;
  try {
    return await withBrowser(async (browser) => {
      await registerPlaces(browser, url);
      return [
        ...(wants("slider") ? await sliderFigures(browser, url, inputs) : []),
        ...(wants("worker") ? await workerFigures(browser, url, repeatInputs(inputs, TIMES)) : []),
        ...(wants("map") ? await largeMap(browser, url, product.databaseUrl) : []),
        ...(wants("first-paint") ? await firstPaintFigures(browser, url) : []),
      ];
    });
  } finally {
    await product.stop();
  }
}

const begin = performance.now();
const inputs = syntheticInputs(syntheticWorld(COMPONENTS, PLACES));
console.log(
  `  a world of ${COMPONENTS} components in ${PLACES} places read in ${((performance.now() - begin) / 1_000).toFixed(1)} s`,
);
const isAlone = only === "compute" || only === "lighthouse";
const figures = [
  ...(wants("compute") ? computeFigures(inputs) : []),
  ...(isAlone ? [] : await inBrowser(inputs)),
  ...(wants("lighthouse") ? await withBrowser(lighthouseFigures) : []),
];
for (const figure of figures) console.log(figureLine(figure));
process.exitCode = figures.every(isMet) ? 0 : 1;
