import { expect, test } from "vitest";
import type { DataCenterDto } from "../../server/api/shapes/index.ts";
import { drainProgress, lossOfComponent, lostMeaning } from "./loss.ts";

const drain = { reason: "r", since: "2026-11-25T00:00:00.000Z", by: { kind: "user" as const, name: "ann" }, plan: null };

test("a drain says how far it has come, and when it is over", () => {
  expect(drainProgress({ ...drain, gone: 4, total: 10 })).toBe("Draining, 4 of 10 gone");
  expect(drainProgress({ ...drain, gone: 10, total: 10 })).toBe("Drained, 10 of 10 gone");
});

test("a component is found in the place that took it down, and a loss that needs somebody is the loudest", () => {
  const lost = { component: "shop/cart", outcome: "needs-approver" as const, message: "all of it", migration: null };
  const place = (name: string, components: (typeof lost)[] | null) =>
    ({
      metadata: { name },
      status: { loss: components === null ? null : { since: drain.since, components } },
    }) as unknown as DataCenterDto;
  const places = [place("a", null), place("b", [lost])];
  expect(lossOfComponent(places, "shop/cart")).toEqual({ place: "b", lost });
  expect(lossOfComponent(places, "shop/front")).toBeNull();
  expect(lostMeaning(lost)).toBe("crit");
});
