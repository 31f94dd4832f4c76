import { describe, expect, test } from "vitest";
import { component, seedShop, type TestApi } from "./api.ts";
import { measure, planOf, withApi } from "./planning.ts";

describe("a plan without moves says why", () => {
  const note = async (api: TestApi): Promise<string | null> => planOf(await api.call("POST", "/plans", { body: {} })).note;
  test("too little was measured", () =>
    withApi("empty", async (api) => {
      await seedShop(api);
      expect(await note(api)).toContain("too little was measured to decide on: shop/cart");
    }));
  test("everything is well placed, or no other place takes it", () =>
    withApi("empty", async (api) => {
      await seedShop(api);
      await measure(api, "shop/cart", { entry: "east", ms: 5 });
      expect(await note(api)).toContain("everything is well placed");
      await api.call("POST", "/apply", { body: [component("cart", { placement: { pinned: "east" } })] });
      expect(await note(api)).toContain("no other place takes it: shop/cart may not go to west (pin)");
    }));
});
