export interface Change {
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** Leaf by leaf, what changes from one JSON value to the other; absent counts as null. Lists are compared by position. */
export function diff(before: unknown, after: unknown, at = ""): readonly Change[] {
  if (isBranch(before) && isBranch(after) && Array.isArray(before) === Array.isArray(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...keys].flatMap((key) => diff(own(before, key), own(after, key), at === "" ? key : `${at}.${key}`));
  }
  const [left, right] = [before ?? null, after ?? null];
  return JSON.stringify(left) === JSON.stringify(right) ? [] : [{ path: at, before: left, after: right }];
}

/** A label may be called `constructor`. */
const own = (value: Readonly<Record<string, unknown>>, key: string): unknown =>
  Object.hasOwn(value, key) ? value[key] : undefined;

const isBranch = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
