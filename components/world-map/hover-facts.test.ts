import { expect, test } from "vitest";
import { factsOf } from "./hover-facts.ts";

test("a card says what was measured, with units, and a dash for what was not", () => {
  expect(factsOf("users", { country: "DE", requests: 20, latency: 150.4, latencyP50: -1 })).toEqual({
    title: "Users in Germany",
    rows: [
      ["Requests, 5 min", "20"],
      ["p50", "–"],
      ["p95", "150 ms"],
    ],
  });
  expect(factsOf("link", { from: "Dublin", to: "Frankfurt", rtt: 22.7, requestsPerSecond: 3 })?.rows).toEqual([
    ["RTT", "22.7 ms"],
    ["Traffic", "3 req/s"],
  ]);
});

test("what has no card of its own, and a country nobody knows, is no error", () => {
  expect(factsOf("ocean", {})).toBeNull();
  expect(factsOf("users", {})?.title).toBe("Users");
  expect(factsOf("users", { country: "?" })?.title).toBe("Users in ?");
});
