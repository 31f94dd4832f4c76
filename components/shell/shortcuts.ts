"use client";

import { useEffect, useRef } from "react";
import { beginChord, endChord, isChordOpen, isForPage } from "../ui/keys.ts";
import { markRow, walkRows } from "../ui/rows.ts";
import { aboveOf, PAGES } from "./key-map.ts";

interface ShortcutActions {
  readonly go: (href: string) => void;
  readonly toggleRail: () => void;
  readonly toggleZone: () => void;
  readonly readAgain: () => void;
  readonly help: () => void;
  readonly freeze: () => void;
  readonly palette: () => void;
}

function focusFilter(): boolean {
  const filter = document.querySelector<HTMLInputElement>("main input[type=search]");
  filter?.focus();
  return filter !== null;
}

/** Out of a selection that the address holds, else to the list above. */
function back(go: ShortcutActions["go"]): boolean {
  const url = new URL(window.location.href);
  const selection = ["place", "pair", "entry", "alert"].find((name) => url.searchParams.has(name));
  if (selection !== undefined) {
    url.searchParams.delete(selection);
    go(`${url.pathname}${url.search}`);
    return true;
  }
  const above = aboveOf(url.pathname);
  if (above !== null) go(above);
  return above !== null;
}

/** True where the key meant something. */
function act(key: string, actions: ShortcutActions): boolean {
  const always = (action: () => void) => (): boolean => {
    action();
    return true;
  };
  const keys: Readonly<Record<string, () => boolean>> = {
    "[": always(actions.toggleRail),
    "?": always(actions.help),
    u: always(actions.toggleZone),
    ".": always(actions.readAgain),
    F: always(actions.freeze),
    "/": focusFilter,
    j: () => walkRows(1),
    k: () => walkRows(-1),
    x: markRow,
    Escape: () => back(actions.go),
  };
  return keys[key]?.() ?? false;
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
      // A page's own key comes first: it has said so by taking the event.
      if (event.defaultPrevented || !isForPage(event)) return;
      const href = isChordOpen() ? PAGES.find(({ key }) => key === event.key)?.href : undefined;
      if (event.key === "g") beginChord();
      else endChord();
      if (href !== undefined) latest.current.go(href);
      else if (act(event.key, latest.current)) event.preventDefault();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
}
