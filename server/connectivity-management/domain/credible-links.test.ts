import { expect, test } from "vitest";
import { credibleLinks } from "./credible-links.ts";

const PLACES = [
  { name: "virginia", latitude: 38.9, longitude: -77.4 },
  { name: "frankfurt", latitude: 50.1, longitude: 8.7 },
];
const link = (from: string, to: string, rttMs: number) => ({ from, to, rttMs });

test("a round trip that beats light in fibre is not believed, one that takes its time is", () => {
  expect(credibleLinks(PLACES, [link("virginia", "frankfurt", 12)])).toEqual([]);
  expect(credibleLinks(PLACES, [link("virginia", "frankfurt", 92)])).toHaveLength(1);
});
test("two ends that deny each other are not believed, whichever of them lies; what is left over is believed", () => {
  const honest = link("frankfurt", "virginia", 92);
  expect(credibleLinks(PLACES, [link("virginia", "frankfurt", 600), honest])).toEqual([]);
  expect(credibleLinks(PLACES, [link("virginia", "frankfurt", 99), honest])).toHaveLength(2);
});
