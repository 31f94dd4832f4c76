"use client";

import { useEffect, useRef } from "react";

const CHORDS: Readonly<Record<string, string>> = {
  m: "/",
  c: "/components",
  d: "/data-centers",
  r: "/migrations",
  a: "/audit",
  s: "/settings",
};
const CHORD_MS = 1_200;

/** Every key that the console takes, as the help shows them. */
export const SHORTCUTS = [
  ["g m", "Map"],
  ["g c", "Components"],
  ["g d", "Data centres"],
  ["g r", "Migrations"],
  ["g a", "Audit"],
  ["g s", "Settings"],
  ["Ctrl K", "Search or run a command"],
  ["/", "Filter the list"],
  ["v", "Map as a table"],
  ["[", "Open or collapse the rail"],
  ["?", "This help"],
] as const;

interface ShortcutActions {
  readonly go: (href: string) => void;
  readonly toggleRail: () => void;
  readonly help: () => void;
  readonly palette: () => void;
}

export function useShortcuts(actions: ShortcutActions): void {
  const latest = useRef(actions);
  useEffect(() => {
    latest.current = actions;
  });
  useEffect(() => {
    let chordUntil = 0;
    const onKey = (event: KeyboardEvent): void => {
      const target = event.target as HTMLElement;
      if ((event.ctrlKey || event.metaKey) && event.key === "k") {
        event.preventDefault();
        latest.current.palette();
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || target.closest("input,textarea,select,dialog,[contenteditable]"))
        return;
      const href = performance.now() < chordUntil ? CHORDS[event.key] : undefined;
      chordUntil = event.key === "g" ? performance.now() + CHORD_MS : 0;
      if (href !== undefined) latest.current.go(href);
      else if (event.key === "[") latest.current.toggleRail();
      else if (event.key === "?") latest.current.help();
      else if (event.key === "/") {
        const filter = document.querySelector<HTMLInputElement>("input[type=search]");
        if (filter) {
          event.preventDefault();
          filter.focus();
        }
      }
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
}
