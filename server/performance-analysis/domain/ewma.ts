/**
 * Exponentially weighted moving average of a series, oldest first: `s = α·x + (1 − α)·s`, begun at its first value
 * (S. W. Roberts, "Control Chart Tests Based on Geometric Moving Averages", Technometrics 1, 1959). Null without values.
 */
export function ewma(values: readonly number[], alpha: number): number | null {
  return values.reduce<number | null>(
    (smoothed, value) => (smoothed === null ? value : alpha * value + (1 - alpha) * smoothed),
    null,
  );
}
