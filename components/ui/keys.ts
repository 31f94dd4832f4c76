"use client";

import { useEffect, useRef } from "react";
import { currentPreferences } from "./preferences.ts";

const CHORD_MS = 1_200;
let chordUntil = 0;

/** `g` has been pressed: the next key says where to, and means nothing else. */
export const beginChord = (): void => void (chordUntil = performance.now() + CHORD_MS);
export const endChord = (): void => void (chordUntil = 0);
export const isChordOpen = (): boolean => performance.now() < chordUntil;

/** Keys belong to whoever is typed into; keys without Ctrl or Alt only to who wants them. */
export const isForPage = (event: KeyboardEvent): boolean =>
  !event.ctrlKey &&
  !event.metaKey &&
  !event.altKey &&
  currentPreferences().singleKeys &&
  (event.target as HTMLElement).closest("input:not([type=checkbox]),textarea,select,dialog,[contenteditable]") === null;

/** A page's own keys, while nobody types and no chord is open. They are heard before the console's: on their page they mean this. */
export function useKeys(actions: Readonly<Record<string, () => void>>): void {
  const latest = useRef(actions);
  useEffect(() => {
    latest.current = actions;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const action = latest.current[event.key];
      if (!action || event.defaultPrevented || isChordOpen() || !isForPage(event)) return;
      // A dialog that opens must not receive the key that opened it.
      event.preventDefault();
      action();
    };
    window.addEventListener("keydown", onKey, true);
    return () => window.removeEventListener("keydown", onKey, true);
  }, []);
}
