import { wallClock, zoneWord } from "./zone.ts";

/** Figures as people read them: three significant digits, a unit behind a space, and "–" for what is not known. */

const NONE = "–";

export function significant(value: number): string {
  if (value === 0) return "0";
  if (Math.abs(value) < 0.0005) return value < 0 ? ">\u22120.001" : "<0.001";
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value
    .toFixed(Math.min(digits, 3))
    .replace(/\.0+$/, "")
    .replace(/(\.\d*?)0+$/, "$1")
    .replace("-", "\u2212");
}

export const milliseconds = (value: number | null | undefined): string =>
  value === null || value === undefined ? NONE : value >= 1000 ? `${significant(value / 1000)} s` : `${significant(value)} ms`;
/** Two durations in one unit, the greater one's: `0.61–0.74 s`. */
export function millisecondsRange(low: number, high: number): string {
  if (high < 1000) return `${significant(Math.round(low))}–${significant(Math.round(high))} ms`;
  return `${(low / 1000).toPrecision(2)}–${(high / 1000).toPrecision(2)} s`;
}
export const number = (value: number | null | undefined): string =>
  value === null || value === undefined ? NONE : significant(value);
/** A change, with its sign: `+8`, `\u221281`, `0`. */
export const signed = (value: number | null | undefined): string =>
  value === null || value === undefined ? NONE : `${value > 0 ? "+" : ""}${significant(value)}`;
/** A change in whole units, as it stands beside a bar: a tenth of a millisecond is noise there. */
export const signedWhole = (value: number): string => signed(Math.round(value));
/** Money an hour, with its sign. */
export const usdPerHour = (value: number | null | undefined): string =>
  value === null || value === undefined ? NONE : `${signed(value)} $/h`;
export const percent = (share: number | null | undefined): string =>
  share === null || share === undefined ? NONE : `${significant(share * 100)} %`;

export function bytes(value: number | null | undefined): string {
  if (value === null || value === undefined) return NONE;
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  const power = value < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(value) / 10));
  return `${significant(value / 2 ** (10 * power))} ${units[power] ?? ""}`;
}

export function ago(at: string | null | undefined, now: number): string {
  if (at === null || at === undefined) return NONE;
  const seconds = Math.max(0, Math.round((now - Date.parse(at)) / 1000));
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  return seconds < 86_400 ? `${Math.floor(seconds / 3600)} h ago` : `${Math.floor(seconds / 86_400)} d ago`;
}

/** How long from now: `22 min`, `3 h 10 min`. */
export function lengthInWords(ms: number): string {
  const minutes = Math.floor(Math.max(0, ms) / 60_000);
  if (minutes < 1) return `${Math.max(0, Math.round(ms / 1000))} s`;
  if (minutes < 60) return `${minutes} min`;
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return hours >= 24 || rest === 0 ? `${hours} h` : `${hours} h ${rest} min`;
}

type Moment = string | number | Date;

/** Time of day in the reader's zone: `07:38`. */
export const timeOfDay = (at: Moment): string => wallClock(at).slice(11, 16);
export const timeToSecond = (at: Moment): string => wallClock(at).slice(11, 19);
export const timeToMillisecond = (at: Moment): string => wallClock(at).slice(11, 23);
export const dateAndTime = (at: Moment): string => wallClock(at).slice(0, 19);
/** With the zone's name, where a sentence stands alone: `07:38 UTC`. */
export const timeAndZone = (at: Moment): string => `${timeOfDay(at)} ${zoneWord()}`;

export function duration(from: string | null, to: string | null, now: number): string {
  if (from === null) return NONE;
  return milliseconds(Math.max(0, (to === null ? now : Date.parse(to)) - Date.parse(from)));
}

const regions = new Intl.DisplayNames(["en"], { type: "region" });

/** A country by its two letters, as people call it. */
export function countryName(code: string): string {
  try {
    return regions.of(code) ?? code;
  } catch {
    return code;
  }
}
