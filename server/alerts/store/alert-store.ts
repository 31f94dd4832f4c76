import { appendAudit } from "../../platform/db/audit-trail.ts";
import { toJson, type Database } from "../../platform/db/client.ts";
import type { Alert } from "../domain/alert.ts";
import type { AlertStore, Episode, Silence } from "../ports.ts";

/** An episode that was not noted for this long is over: it is noted each quarter of a minute. */
const OVER_AFTER_MS = 60_000;
const DAY_MS = 86_400_000;
const ENDED_MAX = 200;

const NOTE = `with given as (
    select * from unnest($2::text[], $3::timestamptz[], $4::text[], $5::text[], $6::jsonb[], $7::text[])
      as t(alert, began_at, kind, severity, object, message)),
  going_on as (
    update alert_episode as e set last_at = $1, severity = given.severity, message = given.message from given
    where e.alert = given.alert and e.last_at >= $1::timestamptz - interval '${OVER_AFTER_MS} milliseconds' returning e.alert)
  insert into alert_episode (alert, began_at, last_at, kind, severity, object, message)
  select alert, began_at, $1, kind, severity, object, message from given where alert not in (select alert from going_on)
  on conflict (alert, began_at) do update set last_at = excluded.last_at`;

export function createAlertStore(database: Database): AlertStore {
  const { prisma, pool } = database;
  return {
    silences: async (now) => {
      const rows = await prisma.alertSilence.findMany({ where: { until: { gt: now } } });
      return rows.map(({ silencedBy, ...row }) => ({ ...row, by: silencedBy as unknown as Silence["by"] }));
    },
    silence: ({ by, alert, ...silence }, entry) =>
      database.transaction(async (tx) => {
        const data = { ...silence, silencedBy: { ...by } };
        await tx.alertSilence.upsert({ where: { alert }, create: { alert, ...data }, update: data });
        await appendAudit(tx, entry);
      }),
    endSilence: (alert, entry) =>
      database.transaction(async (tx) => {
        const { count } = await tx.alertSilence.deleteMany({ where: { alert, until: { gt: new Date() } } });
        if (count > 0) await appendAudit(tx, entry);
        return count > 0;
      }),
    note: async (alerts, now) => {
      await pool.query("delete from alert_episode where last_at < $1", [new Date(now.getTime() - DAY_MS)]);
      await pool.query("delete from alert_silence where until < $1", [new Date(now.getTime() - DAY_MS)]);
      if (alerts.length > 0) await pool.query(NOTE, [now, ...columnsOf(alerts, now)]);
    },
    ended: async (now) => {
      const rows = await prisma.alertEpisode.findMany({
        where: { lastAt: { lt: new Date(now.getTime() - OVER_AFTER_MS), gte: new Date(now.getTime() - DAY_MS) } },
        orderBy: { lastAt: "desc" },
        take: ENDED_MAX,
      });
      return rows.map(({ alert: id, ...row }) => ({ ...row, id }) as unknown as Episode);
    },
  };
}

const columnsOf = (alerts: readonly Alert[], now: Date): unknown[] => [
  alerts.map(({ id }) => id),
  alerts.map(({ since }) => since ?? now),
  alerts.map(({ kind }) => kind),
  alerts.map(({ severity }) => severity),
  alerts.map(({ object }) => JSON.stringify(toJson(object))),
  alerts.map(({ message }) => message),
];
