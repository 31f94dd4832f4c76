import type { Actor } from "../platform/actor.ts";
import { AppError } from "../platform/app-error.ts";
import type { Clock } from "../platform/clock.ts";
import { findAlerts } from "./domain/find-alerts.ts";
import type { Alert } from "./domain/alert.ts";
import type { AlertSources, AlertStore, Episode, Silence } from "./ports.ts";

export interface AlertsDeps {
  readonly sources: AlertSources;
  readonly store: AlertStore;
  readonly clock: Clock;
}

interface Order {
  readonly id: string;
  readonly actor: Actor;
  readonly requestId: string | null;
}

export interface KnownAlert extends Alert {
  readonly silence: Silence | null;
}

export interface AlertsNow {
  readonly at: Date;
  readonly alerts: readonly KnownAlert[];
  readonly ended: readonly Episode[];
}

export interface Alerts {
  list(): Promise<AlertsNow>;
  silence(order: Order & { readonly reason: string; readonly until: Date }): Promise<KnownAlert>;
  endSilence(order: Order): Promise<void>;
  /** Notes what is wrong now, so that the history knows of it when it is over. Any number of processes may. */
  note(): Promise<void>;
}

const SILENCE_MAX_MS = 7 * 86_400_000;

export function createAlerts(deps: AlertsDeps): Alerts {
  const { store, clock } = deps;
  return {
    list: async () => {
      const now = clock.now();
      const [alerts, ended] = await Promise.all([current(deps, now), store.ended(now)]);
      return { at: now, alerts, ended };
    },
    silence: (order) => silence(deps, order),
    endSilence: async ({ id, actor, requestId }) => {
      const entry = { actor, action: "alert.unsilence", object: { kind: "Alert", id }, requestId };
      if (!(await store.endSilence(id, entry))) throw new AppError("not-found", `no silence of ${id} is in force`);
    },
    note: async () => {
      const now = clock.now();
      await store.note(await found(deps, now), now);
    },
  };
}

const found = async ({ sources }: AlertsDeps, now: Date): Promise<readonly Alert[]> =>
  findAlerts({ ...(await sources.read()), now });

async function current(deps: AlertsDeps, now: Date): Promise<readonly KnownAlert[]> {
  const [alerts, silences] = await Promise.all([found(deps, now), deps.store.silences(now)]);
  const byAlert = new Map(silences.map((silence) => [silence.alert, silence]));
  return alerts.map((alert) => ({ ...alert, silence: byAlert.get(alert.id) ?? null }));
}

async function silence(deps: AlertsDeps, order: Parameters<Alerts["silence"]>[0]): Promise<KnownAlert> {
  const { id, actor, reason, until, requestId } = order;
  const now = deps.clock.now();
  const left = until.getTime() - now.getTime();
  const message = left <= 0 ? "expected a time to come" : left > SILENCE_MAX_MS ? "expected a time within seven days" : null;
  if (message !== null) throw new AppError("bad-input", `until: ${message}`, { errors: [{ path: "until", message }] });
  const alert = (await current(deps, now)).find((entry) => entry.id === id);
  if (!alert) throw new AppError("not-found", `no alert ${id}: it may be over`);
  const next: Silence = { alert: id, reason, until, by: { kind: actor.kind, name: actor.name }, createdAt: now };
  const object = { kind: "Alert", id };
  await deps.store.silence(next, {
    actor,
    action: "alert.silence",
    object,
    reason,
    before: alert.silence,
    after: next,
    requestId,
  });
  return { ...alert, silence: next };
}
