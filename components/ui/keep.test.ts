import { afterEach, expect, test, vi } from "vitest";
import { noteProgress, readProgress } from "../welcome/kept.ts";
import { keep } from "./keep.ts";
import { currentPreferences, setPreferences } from "./preferences.ts";

const blocked = (): never => {
  throw new DOMException("The operation is insecure.", "SecurityError");
};

afterEach(() => vi.unstubAllGlobals());

test("what is kept is read again, and null forgets it", () => {
  const stored = new Map<string, string>();
  const localStorage = {
    setItem: (key: string, value: string) => stored.set(key, value),
    removeItem: (key: string) => stored.delete(key),
  };
  vi.stubGlobal("window", { localStorage });
  keep("one", { is: 1 });
  expect(stored.get("one")).toBe('{"is":1}');
  keep("one", null);
  expect(stored.size).toBe(0);
});

test("a browser that keeps nothing stops nobody: progress and preferences hold while the page is open", () => {
  const localStorage = { getItem: blocked, setItem: blocked, removeItem: blocked };
  vi.stubGlobal("localStorage", localStorage);
  vi.stubGlobal("window", { localStorage });
  noteProgress("ana", { planOpened: true });
  expect(readProgress("ana").planOpened).toBe(true);
  setPreferences({ zone: "local" });
  expect(currentPreferences().zone).toBe("local");
  setPreferences({ zone: "utc" });
});
