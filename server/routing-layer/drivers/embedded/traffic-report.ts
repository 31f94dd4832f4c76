import { latLngToCell } from "h3-js";
import { Webhook } from "standardwebhooks";
import { request } from "undici";
import { emptyCounts, observe } from "../../../kpi-intake/domain/histogram.ts";
import { toPairs } from "../../../kpi-intake/domain/packed-counts.ts";
import type { TrafficSample } from "../../../kpi-intake/domain/traffic.ts";
import { messageOf } from "../../../platform/app-error.ts";
import { newId } from "../../../platform/ids.ts";
import type { Logger } from "../../../platform/logger.ts";
import { regionOf, type Place } from "../../../user-proximity/domain/place.ts";
import type { ExchangeResult } from "./gateway.ts";

export interface TrafficReport {
  note(result: ExchangeResult, where: { entry: string; user: boolean; place: Place | null }): void;
  /** Sends what is left; for the end of the process. */
  stop(): Promise<void>;
}

const EVERY_MS = 2_000;
const CELL_RESOLUTION = 4;
/** Reports kept while the intake is away: a quarter of an hour. */
const BACKLOG_MAX = 450;
const TIMEOUT_MS = 5_000;
/** So many fit into one body of a mebibyte, whatever their names and latencies. */
const SAMPLES_MAX = 500;

/** A sample while it is counted. */
interface Counting extends Omit<TrafficSample, "latency"> {
  readonly counts: number[];
}

/** Counts requests by component, entry, place and user cell, and reports them signed. An address is looked at and forgotten. */
export function createTrafficReport(options: { intakeUrl: string; secret: string; logger: Logger }): TrafficReport {
  let window = new Map<string, Counting>();
  const backlog: { id: string; at: Date; body: string }[] = [];
  const webhook = new Webhook(options.secret);
  let sending: Promise<void> = Promise.resolve();
  const flush = (): Promise<void> => {
    if (window.size > 0) {
      backlog.push(...reportsOf([...window.values()]));
      window = new Map();
      const dropped = backlog.splice(0, Math.max(0, backlog.length - BACKLOG_MAX)).length;
      if (dropped > 0) options.logger.warn({ dropped }, "traffic reports were dropped: the intake has been away too long");
    }
    sending = sending.then(() => sendAll(options, webhook, backlog));
    return sending;
  };
  const timer = setInterval(() => void flush(), EVERY_MS);
  return {
    note: (result, where) => count(window, result, where),
    stop: async () => {
      clearInterval(timer);
      await flush();
    },
  };
}

function reportsOf(counted: readonly Counting[]): { id: string; at: Date; body: string }[] {
  const at = new Date();
  const time = at.toISOString();
  return Array.from({ length: Math.ceil(counted.length / SAMPLES_MAX) }, (_, index) => {
    const samples = counted
      .slice(index * SAMPLES_MAX, (index + 1) * SAMPLES_MAX)
      .map(({ counts, ...sample }): TrafficSample => ({ ...sample, latency: toPairs(counts) }));
    const body = JSON.stringify({ type: "gateway.traffic.v1", timestamp: time, data: { at: time, samples } });
    return { id: newId("msg"), at, body };
  });
}

function count(
  window: Map<string, Counting>,
  result: ExchangeResult,
  { entry, user, place }: { entry: string; user: boolean; place: Place | null },
): void {
  const cell = place ? latLngToCell(place.latitude, place.longitude, CELL_RESOLUTION) : null;
  const key = `${result.component}|${entry}|${result.dataCenter ?? ""}|${user}|${cell ?? ""}`;
  const sample = window.get(key) ?? {
    component: result.component,
    entry,
    dataCenter: result.dataCenter,
    user,
    country: place?.country ?? null,
    region: place ? regionOf(place.country) : null,
    cell,
    requests: 0,
    errors: 0,
    counts: emptyCounts(),
    sumMs: 0,
  };
  window.set(key, sample);
  sample.requests += 1;
  if (result.status >= 500) sample.errors += 1;
  sample.sumMs += result.durationMs;
  observe(sample.counts, result.durationMs);
}

async function sendAll(
  { intakeUrl, logger }: { intakeUrl: string; logger: Logger },
  webhook: Webhook,
  backlog: { id: string; at: Date; body: string }[],
): Promise<void> {
  for (let next = backlog[0]; next; next = backlog[0]) {
    const sentAt = new Date();
    try {
      const headers = {
        "content-type": "application/json",
        "webhook-id": next.id,
        "webhook-timestamp": String(Math.floor(sentAt.getTime() / 1000)),
        "webhook-signature": webhook.sign(next.id, sentAt, next.body),
        "geostitch-agent": "gateway",
      };
      const answer = await request(`${intakeUrl}/api/webhooks/kpi`, {
        method: "POST",
        headers,
        body: next.body,
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      const text = await answer.body.text();
      // What is refused for good would be refused again: only an outage is worth keeping it.
      if (answer.statusCode >= 500 || answer.statusCode === 429) throw new Error(`answered ${answer.statusCode}`);
      if (answer.statusCode >= 300)
        logger.error({ status: answer.statusCode, text: text.slice(0, 300) }, "the intake refused a traffic report");
      backlog.shift();
    } catch (error) {
      logger.debug({ error: messageOf(error), waiting: backlog.length }, "the intake is away; traffic reports wait");
      return;
    }
  }
}
