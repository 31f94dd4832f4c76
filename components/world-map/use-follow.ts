"use client";

import { useCallback, useEffect, useRef, useState } from "react";

/** A hand that rests this long is done: what is shown then is drawn at once. */
const REST_MS = 120;
const EVERY_MIN_MS = 100;
/** Of a hand that never rests: what it does is shown by then. */
const EVERY_MAX_MS = 10_000;
/**
 * Of a moving hand's time the map may take one part in so many. A drawing holds the page for two or three frames, and of what is
 * painted beside it nineteen of twenty must not feel it.
 */
const PART = 40;

/**
 * What a map shows of a value that changes many times a second: as often as this machine can afford. Where a frame of the map
 * takes 2.5 ms it follows ten times a second; where it takes a quarter of a second, without a graphics card, it waits for the hand to
 * rest, and what is painted beside it hardly ever waits for it.
 */
export function useFollow<T>(value: T): { readonly shown: T; readonly onFrame: (costMs: number) => void } {
  const [shown, setShown] = useState(value);
  const costMs = useRef(0);
  const shownAt = useRef(0);
  useEffect(() => {
    const everyMs = Math.min(EVERY_MAX_MS, Math.max(EVERY_MIN_MS, PART * costMs.current));
    const dueMs = shownAt.current + everyMs - performance.now();
    // A frame that takes longer than the rest would look like one, and be drawn again at each step.
    const restMs = Math.max(REST_MS, 2 * costMs.current);
    const timer = setTimeout(
      () => {
        shownAt.current = performance.now();
        setShown(value);
      },
      Math.max(0, Math.min(restMs, dueMs)),
    );
    return () => clearTimeout(timer);
  }, [value]);
  const onFrame = useCallback((ms: number): void => {
    costMs.current = ms;
  }, []);
  return { shown, onFrame };
}
