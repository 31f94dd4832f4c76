"use client";

import { useEffect, useRef } from "react";
import { currentPreferences } from "./preferences.ts";

const CHORD_MS = 1_200;
let chordUntil = 0;

/** `g` has been pressed: the next key says where to, and means nothing else. */
export const beginChord = (): void => void (chordUntil = performance.now() + CHORD_MS);
export const endChord = (): void => void (chordUntil = 0);
export const isChordOpen = (): boolean => performance.now() < chordUntil;

/** Nobody types into a box, a choice or a slider: behind a step of a slider the page's keys still mean what they mean. */
const TYPED_INTO = "input:not([type=checkbox],[type=radio],[type=range]),textarea,select,dialog,[contenteditable]";

/** A slider puts itself back by a key that means all of them elsewhere on its page. */
const isOwnKey = (target: HTMLElement, key: string): boolean =>
  target instanceof HTMLInputElement && (target.getAttribute("aria-keyshortcuts")?.split(" ") ?? []).includes(key);

/** Keys belong to whoever is typed into, or names them as its own; keys without Ctrl or Alt only to who wants them. */
export const isForPage = ({ ctrlKey, metaKey, altKey, key, target }: KeyboardEvent): boolean =>
  !ctrlKey &&
  !metaKey &&
  !altKey &&
  currentPreferences().singleKeys &&
  (target as HTMLElement).closest(TYPED_INTO) === null &&
  !isOwnKey(target as HTMLElement, key);

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
