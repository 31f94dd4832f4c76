import type { RouteComponent } from "./snapshot.ts";

/** FNV-1a with the finish of MurmurHash3: neighbouring addresses land far from each other. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}

/** Where a user stands among all, 0..100: the same at every entry, and another place with each move of a component. */
export const standingOf = (component: string, epoch: number, user: string): number =>
  (hash(`${component}@${epoch}|${user}`) / 2 ** 32) * 100;

/** The place whose share a user falls into; null where places have no shares. */
export function placeOfShare({ component, epoch, shares }: RouteComponent, user: string): string | null {
  if (shares.length === 0) return null;
  let left = standingOf(component, epoch, user);
  for (const { dataCenter, percent } of shares) {
    if (left < percent) return dataCenter;
    left -= percent;
  }
  return shares.at(-1)?.dataCenter ?? null;
}
