import { Agent } from "undici";
import { checkHistory, type Attempt, type ReadBack } from "../../lab/domain/history.ts";
import { send } from "../../lab/clients/shopper.ts";

export interface WriterTotals {
  readonly acknowledged: number;
  readonly failed: number;
  readonly lost: number;
  readonly doubled: number;
}

/** Writers with a document each, through the gateway, from the start of a run to its end; every outcome is remembered. */
export function startWriters(options: { gatewayUrl: string; path: string; count: number; everyMs: number }) {
  const dispatcher = new Agent({ connections: options.count * 2 });
  const headers = { "content-type": "application/json" };
  const histories = Array.from({ length: options.count }, (_, index) => ({
    document: `writer-${Date.now()}-${index}`,
    attempts: [] as Attempt[],
  }));
  let running = true;
  let failed = 0;
  const loops = histories.map(async ({ document, attempts }, index) => {
    for (let number = 0; running; number += 1) {
      const key = `k-${index}-${number}`;
      const url = `${options.gatewayUrl}${options.path}/carts/${document}/items`;
      const result = await send(url, {
        method: "POST",
        dispatcher,
        headers: { ...headers, "idempotency-key": key },
        body: JSON.stringify({ item: "thing", quantity: 1 }),
      });
      if (!result.ok) failed += 1;
      attempts.push({ key, outcome: result.ok ? "acknowledged" : "unknown", revision: null });
      await new Promise((resolve) => setTimeout(resolve, options.everyMs));
    }
  });
  return async (): Promise<WriterTotals> => {
    running = false;
    await Promise.all(loops);
    let lost = 0;
    let doubled = 0;
    let acknowledged = 0;
    for (const { document, attempts } of histories) {
      const read = await send(`${options.gatewayUrl}${options.path}/carts/${document}`, { method: "GET", dispatcher, headers });
      acknowledged += attempts.filter((attempt) => attempt.outcome === "acknowledged").length;
      // What cannot be read back cannot be shown to be there.
      if (!read.ok) {
        lost += attempts.filter((attempt) => attempt.outcome === "acknowledged").length;
        continue;
      }
      const verdict = checkHistory(attempts, JSON.parse(read.detail) as ReadBack);
      lost += verdict.lost.length + verdict.reordered.length;
      doubled += verdict.doubled.length;
    }
    await dispatcher.destroy();
    return { acknowledged, failed, lost, doubled };
  };
}
