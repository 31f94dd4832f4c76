import { wallClock, zoneWord } from "../ui/zone.ts";

/** Why nothing can be done at a moment that is over. */
export const whyNotPast = (at: number): string =>
  `You look at ${wallClock(at).slice(11, 19)} ${zoneWord()}, which is over. Go back to live to change anything.`;

/** "02:40:10 UTC", with the day where it is not today. */
export function momentInWords(at: number, now: number): string {
  const [then, today] = [wallClock(at), wallClock(now)];
  return `${then.slice(0, 10) === today.slice(0, 10) ? "" : `${then.slice(0, 10)} `}${then.slice(11, 19)} ${zoneWord()}`;
}

/** What a person types or picks, read as UTC; null where it is no time. */
export function momentOf(text: string): number | null {
  const at = Date.parse(text.endsWith("Z") ? text : `${text}Z`);
  return Number.isNaN(at) ? null : at;
}
