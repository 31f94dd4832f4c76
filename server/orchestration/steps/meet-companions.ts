import type { MeetingPoint } from "../domain/companions.ts";
import type { StepRun } from "./step.ts";

const LOOK_EVERY_MS = 100;
/** Whether it is still wanted is a question to the database: ten moves that wait must not be what others wait for. */
const ASK_EVERY_MS = 1_000;
/** Of one move, however often it waits. Who is not there by then comes later: nobody's move fails for another's. */
const WAIT_MAX_MS = 60_000;
const SAID_AFTER_MS = 2_000;

/** Waits at a point until the plan's other running moves are there, too; "interrupted" once somebody asked for an abort. */
export async function meetCompanions(run: StepRun, point: MeetingPoint): Promise<"met" | "interrupted"> {
  const { migration, deps } = run;
  const { clock, companions, journal, term } = deps;
  const missing = (): readonly string[] => companions.missing(migration.id, point);
  const beganMs = clock.monotonicMs();
  const deadlineMs = missing().length === 0 ? beganMs : companions.deadlineMs(migration.id, beganMs + WAIT_MAX_MS);
  let askedMs = beganMs;
  let said = "";
  try {
    for (let others = missing(); others.length > 0; others = missing()) {
      const waitedMs = clock.monotonicMs() - beganMs;
      if (clock.monotonicMs() > deadlineMs) return "met";
      if (clock.monotonicMs() - askedMs > ASK_EVERY_MS) {
        askedMs = clock.monotonicMs();
        // An outage of the database is not the meeting's: it is looked at again.
        if (await run.interrupted().catch(() => false)) return "interrupted";
      }
      const message = `it switches together with ${others.join(", ")}, which ${others.length === 1 ? "is" : "are"} not ready yet`;
      if (waitedMs > SAID_AFTER_MS && message !== said) {
        const isTold = await journal.setWaiting(term, migration.id, { code: "companions", message }).then(() => true, unlessLost);
        if (isTold) said = message;
      }
      await clock.sleep(LOOK_EVERY_MS, run.signal);
    }
    return "met";
  } finally {
    if (said !== "") await journal.setWaiting(term, migration.id, null).catch(unlessLost);
  }
}

/** What is only told may stay untold, but who has lost the lease does not go on. */
function unlessLost(error: unknown): false {
  if (error instanceof Error && error.name === "LeaseLostError") throw error;
  return false;
}
