import { systemActor, type Actor } from "../platform/actor.ts";
import { AppError } from "../platform/app-error.ts";
import type { Clock } from "../platform/clock.ts";
import { hasExpired, viewFreeze, type Freeze } from "./domain/freeze.ts";
import type { MigrationStore } from "./ports.ts";

export interface FreezeService {
  read(): Promise<ReturnType<typeof viewFreeze>>;
  set(order: {
    reason: string;
    until: Date | null;
    actor: Actor;
    requestId: string | null;
  }): Promise<ReturnType<typeof viewFreeze>>;
  clear(order: { reason: string | null; actor: Actor; requestId: string | null }): Promise<ReturnType<typeof viewFreeze>>;
  /** Ends a freeze whose time is over, and tells of it: whoever only listens would believe it frozen for ever. */
  expire(): Promise<void>;
}

/** Stops every new move, and lets it go again. */
export function createFreezeService({
  store,
  clock,
  wake,
}: {
  store: MigrationStore;
  clock: Clock;
  wake: () => void;
}): FreezeService {
  const write = async (next: Freeze | null, order: { reason: string | null; actor: Actor; requestId: string | null }) => {
    const view = await store.change(async (unit) => {
      const now = clock.now();
      const before = viewFreeze(await unit.freeze(), now);
      const after = viewFreeze(next, now);
      await unit.setFreeze(next);
      await unit.publish([{ type: "freeze.changed", subject: "freeze", component: null, data: after }]);
      await unit.audit({
        actor: order.actor,
        action: next ? "freeze.set" : "freeze.clear",
        object: { kind: "Freeze", id: "freeze" },
        reason: order.reason,
        before,
        after,
        requestId: order.requestId,
      });
      return after;
    });
    wake();
    return view;
  };
  return {
    read: async () => viewFreeze(await store.freeze(), clock.now()),
    set: async (order) => {
      const now = clock.now();
      if (order.until !== null && order.until <= now) {
        throw new AppError("bad-input", "until: expected a time to come", {
          errors: [{ path: "until", message: "expected a time to come" }],
        });
      }
      return await write(
        { reason: order.reason, until: order.until, since: now, by: { kind: order.actor.kind, name: order.actor.name } },
        order,
      );
    },
    clear: (order) => write(null, order),
    expire: () => expire(store, clock),
  };
}

async function expire(store: MigrationStore, clock: Clock): Promise<void> {
  if (!hasExpired(await store.freeze(), clock.now())) return;
  await store.change(async (unit) => {
    const [freeze, now] = [await unit.freeze(), clock.now()];
    if (!hasExpired(freeze, now)) return;
    const after = viewFreeze(null, now);
    await unit.setFreeze(null);
    await unit.publish([{ type: "freeze.changed", subject: "freeze", component: null, data: after }]);
    await unit.audit({
      actor: systemActor("freeze"),
      action: "freeze.expire",
      object: { kind: "Freeze", id: "freeze" },
      reason: freeze?.reason ?? null,
      before: freeze,
      after,
    });
  });
}
