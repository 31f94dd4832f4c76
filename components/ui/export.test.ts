import { parse } from "csv-parse/sync";
import { expect, test } from "vitest";
import { curlOf, flatten, rowsToCsv, rowsToJson } from "./export-prepare.ts";
import { ago, timeAndZone, timeOfDay } from "./format.ts";
import { setCurrentZone, wallClock } from "./zone.ts";

const ROWS = [
  { name: "a", status: { used: { cpu: 1.5 }, lastSeenAt: null }, tags: ["x", "y"], moves: [{ to: "b" }] },
  { name: 'b, "quoted"\nline', status: { used: { cpu: 0 }, state: "ready" }, tags: [], moves: [] },
];

test("what is handed out comes back: figures without units, unknown as an empty field, never 0", () => {
  expect(JSON.parse(rowsToJson(ROWS))).toEqual(ROWS);
  const read = parse<Record<string, string>>(rowsToCsv(ROWS), { columns: true });
  expect(read).toEqual([
    { name: "a", "status.used.cpu": "1.5", "status.lastSeenAt": "", tags: "x y", moves: '[{"to":"b"}]', "status.state": "" },
    { name: 'b, "quoted"\nline', "status.used.cpu": "0", "status.lastSeenAt": "", tags: "", moves: "", "status.state": "ready" },
  ]);
  expect(rowsToCsv([])).toBe("");
  expect(flatten({ a: undefined, run: () => 1, b: false })).toEqual({ b: false });
});

test("a call of the API is handed out without anybody's key in it", () => {
  expect(curlOf("/alerts")).toBe('curl -H "Authorization: Bearer $GEOSTITCH_API_KEY" "$GEOSTITCH_SERVER/api/v1/alerts"');
});

test("times follow the reader's zone in words, and their length does not", () => {
  const at = "2026-11-24T23:38:09.120Z";
  expect([timeOfDay(at), timeAndZone(at), wallClock(at)]).toEqual(["23:38", "23:38 UTC", "2026-11-24 23:38:09.120"]);
  setCurrentZone("local");
  const local = new Date(at);
  const two = (value: number): string => String(value).padStart(2, "0");
  expect(timeAndZone(at)).toBe(`${two(local.getHours())}:${two(local.getMinutes())} local`);
  expect(ago(at, Date.parse(at) + 120_000)).toBe("2 min ago");
  setCurrentZone("utc");
});
