import type { Place } from "./domain/place.ts";

/** Answers where an address is, or null when nobody can say (private addresses, unknown blocks). */
export interface PlaceLookup {
  locate(address: string): Place | null;
  /** Whom to name beside what is shown; null when nothing was looked up anywhere. */
  readonly attribution: { readonly text: string; readonly url: string } | null;
}
