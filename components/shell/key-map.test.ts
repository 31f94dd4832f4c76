import { expect, test } from "vitest";
import { aboveOf, EVERYWHERE, PAGES, SHORTCUTS } from "./key-map.ts";

test("no two keys collide: what counts everywhere is no page's own, and each page's keys differ", () => {
  const everywhere = SHORTCUTS.filter(({ on }) => on === EVERYWHERE).map(({ keys }) => keys);
  expect(new Set(everywhere).size).toBe(everywhere.length);
  for (const page of new Set(SHORTCUTS.map(({ on }) => on))) {
    const own = SHORTCUTS.filter(({ on }) => on === page).map(({ keys }) => keys);
    expect(new Set(own).size, page).toBe(own.length);
    if (page !== EVERYWHERE)
      expect(
        everywhere.filter((keys) => own.includes(keys)),
        page,
      ).toEqual([]);
  }
});

test("a key alone never begins a chord, or the chord could never be typed", () => {
  const chords = new Set(SHORTCUTS.filter(({ keys }) => /^\w \w$/.test(keys)).map(({ keys }) => keys[0]));
  expect([...chords]).toEqual(["g"]);
  expect(SHORTCUTS.filter(({ keys }) => chords.has(keys))).toEqual([]);
});

test("every page has its chord, and none leads twice to the same page", () => {
  expect(new Set(PAGES.map(({ href }) => href)).size).toBe(PAGES.length);
  expect(PAGES.every(({ key }) => SHORTCUTS.some(({ keys }) => keys === `g ${key}`))).toBe(true);
});

test.each([
  ["/components/boutique/cart", "/components"],
  ["/plans/pln_1", "/plans"],
  ["/plans", null],
  ["/", null],
])("Escape leads from %s to %s", (path, above) => {
  expect(aboveOf(path)).toBe(above);
});
