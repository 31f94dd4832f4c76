import { messageOf } from "../../platform/app-error.ts";
import type { StepDeps } from "../steps/step.ts";

const EVERY_MS = 200;
const SETTLE_MS = 3_000;

/** Reads what the entries hold while a migration's clients wait, and at the end how long they did. */
export function watchHeld(deps: StepDeps, id: string) {
  let timer: NodeJS.Timeout | null = null;
  let reading: Promise<void> = Promise.resolve();
  const tick = (): void => {
    reading = reading
      .then(() => sample(deps, id))
      .catch((error: unknown) => deps.logger.debug({ id, error: messageOf(error) }, "held requests could not be read"));
  };
  const stop = (): void => {
    if (timer) clearInterval(timer);
  };
  return {
    start: (): void => {
      timer ??= setInterval(tick, EVERY_MS);
    },
    /** After every entry has released: the pause is known when the last held request has its answer, a moment later. */
    settle: async (): Promise<void> => {
      tick();
      await reading;
      setTimeout(stop, SETTLE_MS).unref();
    },
    stop,
  };
}

async function sample(deps: StepDeps, id: string): Promise<void> {
  const migration = await deps.journal.find(id);
  if (!migration) return;
  const holds = (await deps.control.statuses())
    .flatMap((status) => status.holds)
    .filter((hold) => hold.component === migration.componentKey && hold.epoch === migration.epochFrom);
  const add = (of: (hold: (typeof holds)[number]) => number): number => holds.reduce((total, hold) => total + of(hold), 0);
  const held = {
    now: add((hold) => hold.now),
    max: Math.max(
      migration.held.max,
      add((hold) => hold.now),
      Math.max(0, ...holds.map((hold) => hold.max)),
    ),
    // A gateway that was started again remembers nothing; who waited before that has waited all the same.
    total: Math.max(
      migration.held.total,
      add((hold) => hold.total),
    ),
    failed: Math.max(
      migration.held.failed,
      add((hold) => hold.failed),
    ),
  };
  const pauses = holds.flatMap((hold) => (hold.pauseMs === null ? [] : [hold.pauseMs]));
  const pauseMs = pauses.length > 0 ? Math.round(Math.max(...pauses)) : migration.pauseMs;
  const same = (["now", "max", "total", "failed"] as const).every((key) => held[key] === migration.held[key]);
  if (same && pauseMs === migration.pauseMs) return;
  await deps.journal.setHeld(deps.term, id, held, pauseMs);
  await deps.journal.announce(id, "migration.changed");
}
