import { Prisma, toJson, type Tx } from "./client.ts";
import { holdLock } from "./locks.ts";

export interface NewEvent {
  readonly type: string;
  readonly subject: string;
  readonly component: string | null;
  /** The object as its GET answers. */
  readonly data: unknown;
}

export const EVENT_CHANNEL = "geostitch_event";

/**
 * Adds events to the stream in the transaction of what happened. The lock makes the order of numbers the order of commits:
 * without it a reader that resumes behind 7 would never see a 6 that commits later.
 */
export async function appendEvents(tx: Tx, events: readonly NewEvent[]): Promise<void> {
  if (events.length === 0) return;
  await holdLock(tx, "eventOrder");
  const rows = events.map(
    (event) => Prisma.sql`(${event.type}, ${event.subject}, ${event.component}, ${JSON.stringify(toJson(event.data))}::jsonb)`,
  );
  await tx.$executeRaw`insert into event (type, subject, component, data) values ${Prisma.join(rows)}`;
  await tx.$executeRaw`select pg_notify(${EVENT_CHANNEL}, '')`;
}
