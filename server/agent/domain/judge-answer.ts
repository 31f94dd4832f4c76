/** What becomes of a batch that the intake has answered. */
export type Verdict = "delivered" | "refused" | "unauthenticated" | "later";

/** Refused for what they are: sent again, they would be refused again. Any other no may pass. */
const FINAL = new Set([400, 403, 413, 415, 422]);

export function judgeAnswer(status: number): Verdict {
  if (status >= 200 && status < 300) return "delivered";
  // The key may be rotating, or the clock be wrong: neither is the batch's fault.
  if (status === 401) return "unauthenticated";
  return FINAL.has(status) ? "refused" : "later";
}
