/** Nothing new begins while frozen; what runs ends, and abort and rollback always work. Times are wall time. */
export interface Freeze {
  readonly reason: string;
  readonly until: Date | null;
  readonly since: Date;
  readonly by: { readonly kind: "user" | "key" | "system"; readonly name: string };
}

export const isFrozen = (freeze: Freeze | null, now: Date): freeze is Freeze =>
  freeze !== null && (freeze.until === null || freeze.until > now);

export const hasExpired = (freeze: Freeze | null, now: Date): boolean => freeze !== null && !isFrozen(freeze, now);

export function viewFreeze(freeze: Freeze | null, now: Date) {
  const active = isFrozen(freeze, now) ? freeze : null;
  return {
    frozen: active !== null,
    reason: active?.reason ?? null,
    until: active?.until?.toISOString() ?? null,
    since: active?.since.toISOString() ?? null,
    by: active?.by ?? null,
  };
}
