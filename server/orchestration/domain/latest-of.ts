/** The last of these times; null where none has come. */
export const latestOf = (times: readonly (Date | null)[]): Date | null =>
  times.reduce<Date | null>((last, at) => (at !== null && (last === null || at > last) ? at : last), null);
