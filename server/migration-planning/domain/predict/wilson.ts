const Z_95 = 1.645;

/** Lower end of Wilson's score interval, one-sided 95 % (E. B. Wilson, "Probable inference", JASA 22, 1927). */
export function lowestRate(errors: number, requests: number): number {
  if (requests === 0 || errors === 0) return 0;
  const rate = errors / requests;
  const square = Z_95 ** 2 / requests;
  const middle = rate + square / 2;
  const spread = Z_95 * Math.sqrt((rate * (1 - rate)) / requests + square / (4 * requests));
  return Math.max(0, (middle - spread) / (1 + square));
}
