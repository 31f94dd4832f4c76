"use client";

import { useEffect, useSyncExternalStore } from "react";
import { keep } from "./keep.ts";
import { setCurrentZone, type Zone } from "./zone.ts";

/** What a person prefers, kept by their browser. Until it has been read, and on the server, the defaults hold. */
export interface Preferences {
  readonly zone: Zone;
  /** Keys without Ctrl or Alt do something (WCAG 2.1.4: they can be turned off). */
  readonly singleKeys: boolean;
}

const DEFAULTS: Preferences = { zone: "utc", singleKeys: true };
const STORED = "geostitch-preferences";

let current = DEFAULTS;
const listeners = new Set<() => void>();

function put(next: Preferences): void {
  current = next;
  setCurrentZone(next.zone);
  for (const listener of listeners) listener();
}

export const currentPreferences = (): Preferences => current;

export function setPreferences(change: Partial<Preferences>): void {
  put({ ...current, ...change });
  keep(STORED, current);
}

/** What is stored may be of another version, or anybody's. */
function stored(): Preferences {
  try {
    const known = JSON.parse(localStorage.getItem(STORED) ?? "{}") as Partial<Record<keyof Preferences, unknown>>;
    return { zone: known.zone === "local" ? "local" : "utc", singleKeys: known.singleKeys !== false };
  } catch {
    return DEFAULTS;
  }
}

/** Once a page, after it has come alive: what the server drew must not differ from the first drawing here. */
export function useStoredPreferences(): void {
  useEffect(() => {
    put(stored());
    const onStorage = (event: StorageEvent): void => {
      if (event.key === STORED) put(stored());
    };
    window.addEventListener("storage", onStorage);
    return () => window.removeEventListener("storage", onStorage);
  }, []);
}

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

export const usePreferences = (): Preferences => useSyncExternalStore(subscribe, currentPreferences, () => DEFAULTS);
/** Draws again when somebody switches; who makes words of times with plain functions asks for it. */
export const useZone = (): Zone => usePreferences().zone;
