import { systemClock } from "../platform/clock.ts";
import type { Wiring } from "../platform/wiring.ts";

/** The world's clock; null while the lab, whose own it is, does not answer. */
export type WorldClock = () => Promise<Date | null>;

const CLOCK_TIMEOUT_MS = 500;
const CLOCK_KEPT_MS = 5_000;

/** Outside the lab the world's clock is the wall clock. The lab is asked once in a while; between two answers its clock runs on. */
export function createWorldClock({ lab }: Pick<Wiring, "lab">): WorldClock {
  let last: { readonly readMs: number; readonly clock: Date; readonly speed: number } | null = null;
  if (!lab) return () => Promise.resolve(systemClock.now());
  return async () => {
    if (!last || performance.now() - last.readMs > CLOCK_KEPT_MS) last = await readLabClock(lab).catch(() => null);
    return last ? new Date(last.clock.getTime() + (performance.now() - last.readMs) * last.speed) : null;
  };
}

async function readLabClock(lab: { controlUrl: string; token: string }) {
  const answer = await fetch(`${lab.controlUrl}/v1/status`, {
    headers: { authorization: `Bearer ${lab.token}` },
    signal: AbortSignal.timeout(CLOCK_TIMEOUT_MS),
  });
  const status = (await answer.json()) as { clock: string; speed: number };
  return { readMs: performance.now(), clock: new Date(status.clock), speed: status.speed };
}
