"use client";

import { useCallback, useEffect, useRef, useState } from "react";
import { BEGIN, drawn, framed, moved } from "./follow.ts";

/**
 * What a map shows of a value that changes many times a second: as often as this machine can afford. Where a drawing is
 * not felt it follows ten times a second; where its frames take a fifth of a second, without a graphics card, mostly when the hand
 * rests, and what is painted beside it hardly ever waits for it.
 */
export function useFollow<T>(value: T): { readonly shown: T; readonly onFrame: (gapMs: number) => void } {
  const [shown, setShown] = useState(value);
  const follow = useRef(BEGIN);
  useEffect(() => {
    const next = moved(follow.current, performance.now());
    follow.current = next.follow;
    const timer = setTimeout(() => {
      follow.current = drawn(follow.current, performance.now());
      setShown(value);
    }, next.waitMs);
    return () => clearTimeout(timer);
  }, [value]);
  const onFrame = useCallback((gapMs: number): void => {
    follow.current = framed(follow.current, gapMs);
  }, []);
  return { shown, onFrame };
}
