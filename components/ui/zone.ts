/** In which time people read: UTC unless they switched. Apart from React, since words are made by plain functions, too. */
export type Zone = "utc" | "local";

let zone: Zone = "utc";
/** By the preferences alone, which tell whoever shows times. */
export const setCurrentZone = (next: Zone): void => void (zone = next);

const two = (value: number): string => String(value).padStart(2, "0");

/** `2026-11-25 07:38:09.123` in a zone. */
export function wallClock(at: string | number | Date, of: Zone = zone): string {
  const date = new Date(at);
  if (of === "utc") return date.toISOString().slice(0, 23).replace("T", " ");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  return `${day} ${time}.${String(date.getMilliseconds()).padStart(3, "0")}`;
}

export const zoneWord = (): string => (zone === "utc" ? "UTC" : "local");
