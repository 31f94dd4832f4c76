import { expect, test } from "vitest";
import type { AutoRunDto, ShadowDto } from "../../server/api/shapes/index.ts";
import { autoRunInWords, heldBackInWords, shadowInWords } from "./shadow-prepare.ts";

const shadow = (rest: Partial<ShadowDto>): ShadowDto =>
  ({ plans: 10, wouldHaveRun: 9, kept: 8, missed: 1, insufficient: 0, notRun: 0, heldBack: [], ...rest }) as ShadowDto;
const auto = (rest: Partial<AutoRunDto>): AutoRunDto =>
  ({ state: "running", why: null, missed: 0, stopAfterMissed: 1, window: null, waiting: [], ...rest }) as AutoRunDto;

test("what auto would have done is said with what came of it, and nothing is made of nothing", () => {
  expect(shadowInWords(shadow({}))).toBe("Auto would have run 9 of 10 plans in 7 days: 8 kept, 1 missed.");
  expect(shadowInWords(shadow({ plans: 1, wouldHaveRun: 1, kept: 0, missed: 0, notRun: 1 }), true)).toBe(
    "Auto with this draft would have run 1 of 1 plan in 7 days: 1 that nobody ran.",
  );
  expect(shadowInWords(shadow({ plans: 0 }))).toBe("Nothing was proposed in 7 days that auto could have run.");
  expect(
    heldBackInWords(
      shadow({
        heldBack: [
          { rail: "margin", count: 1 },
          { rail: "windows", count: 3 },
        ],
      }),
    ),
  ).toBe("Held back by windows (3), margin (1).");
});

test("a stop says why and until when, a closed window when it opens", () => {
  expect(autoRunInWords(auto({ state: "off" }))).toBe("");
  expect(autoRunInWords(auto({ state: "stopped", why: "mig_1 missed" }))).toContain("mig_1 missed");
  expect(
    autoRunInWords(
      auto({ window: { open: false, worldNow: null, worldChangesAt: null, changesAt: "2026-11-25T06:00:00.000Z" } }),
    ),
  ).toBe("Auto runs. No change window is open, the next opens at 06:00 UTC. 0 of 1 broken promises.");
});
