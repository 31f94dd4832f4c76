import { expect, test } from "vitest";
import { checkHistory, type Attempt } from "./history.ts";

const acknowledged = (key: string): Attempt => ({ key, outcome: "acknowledged", revision: null });
const log = (...keys: string[]) => ({ revision: keys.length, log: keys.map((key, index) => ({ key, revision: index + 1 })) });
const attempts = [acknowledged("a"), acknowledged("b"), { key: "c", outcome: "unknown" as const, revision: null }];

test("a history that is whole is found whole, with the unknown write there or not", () => {
  for (const read of [log("a", "b"), log("a", "b", "c")])
    expect(checkHistory(attempts, read)).toEqual({ lost: [], doubled: [], unexplained: [], reordered: [] });
});
test("a lost write is found", () => expect(checkHistory(attempts, log("a")).lost).toEqual(["b"]));
test("a doubled write is found", () => expect(checkHistory(attempts, log("a", "b", "a")).doubled).toEqual(["a"]));
test("a write of nobody is found", () => expect(checkHistory(attempts, log("a", "b", "x")).unexplained).toEqual(["x"]));
test("acknowledged writes out of order are found", () => expect(checkHistory(attempts, log("b", "a")).reordered).toEqual(["b"]));
