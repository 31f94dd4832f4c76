import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { WEEKDAYS, type ChangeWindow } from "../../../component-registry/domain/manifest.ts";
import { answerAt, isOpenAt, nextClosing, nextOpening, timeInWords } from "./change-windows.ts";

const window = (change: Partial<ChangeWindow>): ChangeWindow => ({
  kind: "allow",
  days: [...WEEKDAYS],
  from: "06:00",
  to: "10:00",
  reason: "",
  ...change,
});
const time = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
  .map(([hour, minute]) => `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`);
const windowOf: fc.Arbitrary<ChangeWindow> = fc
  .record({
    kind: fc.constantFrom("allow" as const, "deny" as const),
    days: fc.uniqueArray(fc.constantFrom(...WEEKDAYS), { minLength: 1 }),
    from: time,
    to: fc.oneof(time, fc.constant("24:00")),
    reason: fc.constant(""),
  })
  .filter(({ from, to }) => from !== to);
const at = fc.date({ min: new Date("2026-01-01T00:00:00Z"), max: new Date("2027-01-01T00:00:00Z"), noInvalidDate: true });
const MINUTE_MS = 60_000;

describe("change windows", () => {
  test("are days and hours of UTC: Wednesday, 25 November 2026, inside and outside, the end not included", () => {
    const windows = [window({ days: ["wed"] })];
    const open = (hours: string): boolean => isOpenAt(windows, new Date(`2026-11-25T${hours}Z`));
    expect([open("05:59:59.999"), open("06:00:00"), open("09:59:59.999"), open("10:00:00")]).toEqual([false, true, true, false]);
    expect(isOpenAt(windows, new Date("2026-11-26T07:00:00Z"))).toBe(false);
  });
  test("go over midnight, and from Sunday into Monday", () => {
    const windows = [window({ days: ["sun"], from: "22:00", to: "02:00" })];
    expect(isOpenAt(windows, new Date("2026-11-29T23:00:00Z"))).toBe(true);
    expect(isOpenAt(windows, new Date("2026-11-30T01:59:00Z"))).toBe(true);
    expect(isOpenAt(windows, new Date("2026-11-30T02:00:00Z"))).toBe(false);
    expect(isOpenAt(windows, new Date("2026-11-29T01:00:00Z"))).toBe(false);
  });
  test("a denied hour is denied though another window allows it, and says which one denies it", () => {
    const deny = window({ kind: "deny", from: "08:00", to: "09:00", reason: "stock exchange opens" });
    const answer = answerAt([window({}), deny], new Date("2026-11-25T08:30:00Z"));
    expect(answer).toEqual({ open: false, deniedBy: deny });
  });
  test("none at all are always open; a week that is denied whole never opens", () => {
    expect(nextOpening([], new Date(0))).toEqual(new Date(0));
    expect(nextClosing([], new Date(0))).toBeNull();
    expect(nextOpening([window({ kind: "deny", from: "00:00", to: "24:00" })], new Date(0))).toBeNull();
  });
  test("a deny always wins, for any windows", () => {
    fc.assert(
      fc.property(fc.array(windowOf, { maxLength: 5 }), windowOf, at, (windows, one, when) => {
        const denied = { ...one, kind: "deny" as const };
        const alone = !isOpenAt([denied], when);
        expect(alone && isOpenAt([...windows, denied], when)).toBe(false);
      }),
    );
  });
  test("the next opening is the first open minute: none before it is open, and it is", () => {
    fc.assert(
      fc.property(fc.array(windowOf, { maxLength: 4 }), at, (windows, when) => {
        const found = nextOpening(windows, when);
        const endMs = found?.getTime() ?? when.getTime() + 7 * 86_400_000;
        expect(found === null || isOpenAt(windows, found)).toBe(true);
        for (let ms = when.getTime(); ms < endMs; ms += 17 * MINUTE_MS) expect(isOpenAt(windows, new Date(ms))).toBe(false);
        // The minute before is closed, too.
        if (found && found > when) expect(isOpenAt(windows, new Date(Math.max(when.getTime(), found.getTime() - 1)))).toBe(false);
      }),
      { numRuns: 60 },
    );
  });
  test("allow and deny of the same hours are each other's opposite", () => {
    fc.assert(
      fc.property(windowOf, at, (one, when) => {
        expect(isOpenAt([{ ...one, kind: "allow" }], when)).toBe(!isOpenAt([{ ...one, kind: "deny" }], when));
      }),
    );
  });
  test("a time reads as its day and hour", () => expect(timeInWords(new Date("2026-11-30T06:00:00Z"))).toBe("Mon 06:00"));
});
