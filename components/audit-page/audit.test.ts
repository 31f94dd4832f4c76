import { describe, expect, test } from "vitest";
import { toCsv } from "../ui/download.ts";
import { sought } from "./filters.tsx";
import { changesOf, entryCsvRows, hrefOf, toNdjson, verdictWords, type AuditEntry } from "./prepare.ts";

const entry: AuditEntry = {
  seq: 17,
  at: "2026-11-24T12:00:00.000Z",
  actor: { kind: "user", id: "usr_1", name: "Ana", role: "approver" },
  action: "plan.approve",
  object: { kind: "Plan", id: "pln_1" },
  reason: 'Fits, she said "now"',
  before: { state: "proposed", moves: [1] },
  after: { state: "approved", moves: [1] },
  requestId: null,
  previousHash: "a",
  hash: "b",
};

describe("an entry", () => {
  test("tells only what it changed, leaf by leaf", () => {
    expect(changesOf(entry)).toEqual([{ path: "state", before: "proposed", after: "approved" }]);
    expect(changesOf({ before: null, after: { name: "x" } })).toEqual([
      { path: "(all)", before: null, after: '{\n "name": "x"\n}' },
    ]);
    expect(changesOf({ before: null, after: null })).toEqual([]);
  });
  test("leads to what it was done to, where that has a page", () => {
    expect(hrefOf({ kind: "Plan", id: "pln_1" })).toBe("/plans/pln_1");
    expect(hrefOf({ kind: "Component", id: "boutique/cart" })).toBe("/components/boutique/cart");
    expect(hrefOf({ kind: "ApiKey", id: "key_1" })).toBeNull();
  });
  test("survives its way into a file: quotes are doubled, formulas are text, lines are entries", () => {
    expect(toCsv(entryCsvRows([entry]))).toContain('"Fits, she said ""now"""');
    expect(toCsv([["=1+1", null, 0, "@x"]])).toBe("'=1+1,,0,'@x\r\n");
    expect(
      toNdjson([entry, entry])
        .trim()
        .split("\n")
        .map((line) => (JSON.parse(line) as AuditEntry).seq),
    ).toEqual([17, 17]);
  });
});

describe("the verdict in words", () => {
  const broken = { ok: false, entries: 17, head: "h", firstBad: 9 };
  test.each([
    ["edited", "was edited"],
    ["deleted", "was deleted"],
    ["reordered", "was moved"],
    ["cut-off", "were cut off"],
  ] as const)("names the entry that was %s", (problem, words) => {
    const text = verdictWords({ ...broken, problem });
    expect(text).toContain("Entry 9");
    expect(text).toContain(words);
  });
  test("says how long a whole chain is", () => {
    expect(verdictWords({ ok: true, entries: 1_280, head: "3fa9c0ffee11223344", firstBad: null, problem: null })).toBe(
      "The chain is whole: 1,280 entries, its head is 3fa9c0ffee11.",
    );
  });
});

test("a filter asks for what is given and for nothing else", () => {
  expect(sought({ q: "cart", actor: " ", action: "", object: "" })).toEqual({ text: "cart" });
});
