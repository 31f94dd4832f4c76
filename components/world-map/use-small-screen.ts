"use client";

import { useEffect, useState } from "react";

const SMALL = "(max-width: 640px)";

/** A screen too small for a map beside what explains it; there the tables take its place. */
export function useSmallScreen(): boolean {
  const [small, setSmall] = useState(false);
  useEffect(() => {
    const query = window.matchMedia(SMALL);
    const read = (): void => setSmall(query.matches);
    read();
    query.addEventListener("change", read);
    return () => query.removeEventListener("change", read);
  }, []);
  return small;
}
