export interface CusumState {
  /** The sum after the last value. */
  readonly sum: number;
  /** Index of the value with which the present run above zero began; null while the sum is zero. */
  readonly onset: number | null;
}

/**
 * One-sided cumulative sum of how far each value lies above `slack`: `S = max(0, S + x − slack)` (E. S. Page, "Continuous
 * Inspection Schemes", Biometrika 41, 1954). A run that begins at zero tells when the change began; `cap` keeps one wild value
 * from being the whole evidence.
 */
export function cusum(values: readonly number[], { slack, cap }: { slack: number; cap: number }): CusumState {
  return values.reduce<CusumState>(
    ({ sum, onset }, value, index) => {
      const next = Math.max(0, sum + Math.min(value, cap) - slack);
      return { sum: next, onset: next === 0 ? null : (onset ?? index) };
    },
    { sum: 0, onset: null },
  );
}
