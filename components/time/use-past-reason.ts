"use client";

import { useViewTime } from "./view-time.tsx";
import { whyNotPast } from "./words.ts";

/** Why nothing can be changed now, in words; null while the console is live. */
export function usePastReason(): string | null {
  const { at } = useViewTime();
  return at === null ? null : whyNotPast(at);
}
