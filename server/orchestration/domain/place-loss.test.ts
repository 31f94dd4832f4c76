import { describe, expect, test } from "vitest";
import type { DataCenterRecord } from "../../component-registry/domain/registry.ts";
import { NOW, only, registryOf } from "../../testing/builders/planning-world.ts";
import { isDoubtful, judgeLoss } from "./place-loss.ts";

const registry = registryOf({ places: [{ name: "a" }], components: [] });
const ago = (seconds: number): Date => new Date(NOW.getTime() - seconds * 1_000);
const ask = (change: Partial<DataCenterRecord>, listeningSince = ago(600)) => ({
  place: { ...only(registry.dataCenters), ...change },
  policies: registry.policies,
  listeningSince,
  now: NOW,
});
const LOSS = { since: ago(60).toISOString(), components: [] };

describe("a data centre", () => {
  test("is lost when its host is silent for long enough and nobody reaches its instances either", () => {
    expect(judgeLoss(ask({ lastSeenAt: ago(21) }), "not-reached")).toBe("lost");
    expect(judgeLoss(ask({ lastSeenAt: ago(19) }), "not-reached")).toBe("unchanged");
  });
  test("is not lost while its host alone is silent, nor while nobody knows", () => {
    expect(judgeLoss(ask({ lastSeenAt: ago(600) }), "reached")).toBe("unchanged");
    expect(judgeLoss(ask({ lastSeenAt: ago(600) }), "unknown")).toBe("unchanged");
  });
  test("of which nobody has ever heard is not doubted: nothing runs there", () => {
    expect(isDoubtful(ask({ lastSeenAt: null }))).toBe(false);
  });
  test("was not silent while nobody listened: a new leader waits its full time", () => {
    expect(judgeLoss(ask({ lastSeenAt: ago(600) }, ago(10)), "not-reached")).toBe("unchanged");
    expect(judgeLoss(ask({ lastSeenAt: ago(600) }, ago(21)), "not-reached")).toBe("lost");
  });
  test("is back when it is heard again, by the one who listens now", () => {
    expect(judgeLoss(ask({ loss: LOSS, lastSeenAt: ago(1) }), "unknown")).toBe("back");
    expect(judgeLoss(ask({ loss: LOSS, lastSeenAt: ago(40) }), "reached")).toBe("unchanged");
    expect(judgeLoss(ask({ loss: LOSS, lastSeenAt: ago(40) }, ago(1)), "unknown")).toBe("unchanged");
  });
});
