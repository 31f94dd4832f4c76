/** Why nothing can be done at a moment that is over. */
export const whyNotPast = (at: number): string =>
  `You look at ${new Date(at).toISOString().slice(11, 19)} UTC, which is over. Go back to live to change anything.`;

const DAY_MS = 86_400_000;

/** "02:40:10 UTC", with the day where it is not today. */
export function momentInWords(at: number, now: number): string {
  const text = new Date(at).toISOString();
  const sameDay = Math.floor(at / DAY_MS) === Math.floor(now / DAY_MS);
  return `${sameDay ? "" : `${text.slice(0, 10)} `}${text.slice(11, 19)} UTC`;
}

/** What a person types or picks, read as UTC; null where it is no time. */
export function momentOf(text: string): number | null {
  const at = Date.parse(text.endsWith("Z") ? text : `${text}Z`);
  return Number.isNaN(at) ? null : at;
}
