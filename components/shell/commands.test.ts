import { expect, test } from "vitest";
import { findCommands, grouped, RECENT_MAX, usedNow, type Command } from "./commands.ts";

const command = (id: string, label: string, group = "Do"): Command => ({ id, label, group, run: () => undefined });
const ALL = [
  command("page /", "Map", "Pages"),
  command("page /components", "Components", "Pages"),
  command("migrate shop/cart", "Migrate shop/cart"),
  command("component shop/cart", "shop/cart", "Components"),
  command("why shop/cart", "Why shop/cart is here", "Components"),
];
const ids = (query: string, recent: readonly string[] = []): string[] => findCommands(ALL, query, recent).map(({ id }) => id);

test("what begins with the words stands first, and every word has to stand somewhere", () => {
  expect(ids("shop/cart")).toEqual(["component shop/cart", "migrate shop/cart", "why shop/cart"]);
  expect(ids("cart migr")).toEqual(["migrate shop/cart"]);
  expect(ids("nothing like it")).toEqual([]);
});

test("what was used lately stands first, in its order, and nothing stands twice", () => {
  const found = findCommands(ALL, "", ["why shop/cart", "page /"]);
  expect(found.map(({ id }) => id).slice(0, 2)).toEqual(["why shop/cart", "page /"]);
  expect(grouped(found)[0]).toMatchObject({ group: "Used lately" });
  expect(new Set(found.map(({ id }) => id)).size).toBe(ALL.length);
  expect(ids("shop/cart", ["why shop/cart"])).toEqual(["component shop/cart", "why shop/cart", "migrate shop/cart"]);
});

test("the newest use comes first and old ones are forgotten", () => {
  const many = Array.from({ length: 20 }, (_, index) => `c${index}`).reduce<readonly string[]>(usedNow, []);
  expect(many).toEqual(["c19", "c18", "c17", "c16", "c15", "c14"]);
  expect(usedNow(many, "c16")[0]).toBe("c16");
  expect(usedNow(many, "c16")).toHaveLength(RECENT_MAX);
});
