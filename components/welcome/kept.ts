import { keep } from "../ui/keep.ts";
import type { Notes } from "./prepare.ts";

/** How far a person is, kept by their browser under their name: the rest is read from what really happened. */
export interface Progress extends Notes {
  readonly closed: boolean;
}

export const NOTHING: Progress = { planOpened: false, weightMoved: false, done: [], closed: false };
const listeners = new Set<() => void>();
const kept = new Map<string, Progress>();
const keyOf = (user: string): string => `geostitch-welcome:${user}`;

export function readProgress(user: string): Progress {
  const known = kept.get(user);
  if (known) return known;
  let progress = NOTHING;
  try {
    const stored = JSON.parse(localStorage.getItem(keyOf(user)) ?? "{}") as Partial<Progress>;
    progress = { ...NOTHING, ...stored, done: Array.isArray(stored.done) ? stored.done : [] };
  } catch {
    // Of another version, or nobody's: begin anew.
  }
  kept.set(user, progress);
  return progress;
}

export function noteProgress(user: string, change: Partial<Progress>): void {
  const before = readProgress(user);
  if ((Object.keys(change) as (keyof Progress)[]).every((key) => before[key] === change[key])) return;
  const next = { ...before, ...change };
  kept.set(user, next);
  keep(keyOf(user), next);
  for (const listener of listeners) listener();
}

export const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};
