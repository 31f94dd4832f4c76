"use client";

import { useEffect, useRef } from "react";
import { beginChord, endChord, isChordOpen, isForPage } from "../ui/keys.ts";

const CHORDS: Readonly<Record<string, string>> = {
  m: "/",
  c: "/components",
  d: "/data-centers",
  u: "/users",
  p: "/plans",
  r: "/migrations",
  y: "/policy",
  o: "/connectivity",
  a: "/audit",
  s: "/settings",
};

/** Every key that the console takes, as the help shows them. */
export const SHORTCUTS = [
  ["g m", "Map"],
  ["g c", "Components"],
  ["g d", "Data centres"],
  ["g u", "Users & traffic"],
  ["g p", "Plans"],
  ["g r", "Migrations"],
  ["g y", "Policy"],
  ["g o", "Connectivity"],
  ["g a", "Audit"],
  ["g s", "Settings"],
  ["Ctrl K", "Search or run a command"],
  ["/", "Filter the list"],
  ["v", "Map or matrix as a table"],
  ["j k", "Next and previous plan"],
  ["a", "Approve the plan"],
  ["r", "Reject the plan"],
  ["c", "Compare the draft with what is live"],
  ["0", "Weights as published; in a slider, this one"],
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
    const onKey = (event: KeyboardEvent): void => {
      if ((event.ctrlKey || event.metaKey) && event.key === "k") {
        event.preventDefault();
        latest.current.palette();
        return;
      }
      if (!isForPage(event)) return;
      const href = isChordOpen() ? CHORDS[event.key] : undefined;
      if (event.key === "g") beginChord();
      else endChord();
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
