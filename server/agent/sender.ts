import { Webhook } from "standardwebhooks";
import { messageOf } from "../platform/app-error.ts";
import type { Logger } from "../platform/logger.ts";
import { backOffMs, retryAfterMs } from "./domain/back-off.ts";
import { judgeAnswer } from "./domain/judge-answer.ts";
import { exchange, type Exchange } from "./exchange.ts";
import type { Credentials } from "./settings.ts";
import type { Spool, SpooledBatch } from "./spool.ts";

export interface SenderDeps {
  readonly intake: URL;
  readonly spool: Spool;
  /** As its file says now; null: none yet. */
  readonly credentials: () => Credentials | null;
  readonly logger: Logger;
  readonly random: () => number;
}

export interface Sender {
  /** There is something new to send. */
  wake(): void;
  /** Sends what is left until the deadline; for the end of the process. */
  finish(withinMs: number): Promise<void>;
  /** How many batches ended in which way. */
  readonly results: ReadonlyMap<string, number>;
}

const DEADLINE_MS = 5_000;
const BACK_OFF = { firstMs: 1_000, maxMs: 60_000 };
/** A wrong key is looked at again by and by; it may be rotating. */
const UNAUTHENTICATED_MS = 15_000;
const RETRY_AFTER_MAX_MS = 120_000;
/** Others have their windows at the same moment: their batches are spread over this. */
const SPREAD_MS = 1_000;

/** Delivers the spool in its order, one batch at a time, each until the intake has said what becomes of it. */
export function startSender(deps: SenderDeps): Sender {
  const results = new Map<string, number>();
  let failures = 0;
  let timer: NodeJS.Timeout | null = null;
  let sending: Promise<void> | null = null;
  let isOver = false;
  const later = (ms: number): void => {
    if (timer) clearTimeout(timer);
    timer = isOver ? null : setTimeout(() => void run(), ms);
  };
  const sendAll = async (): Promise<void> => {
    timer = null;
    let waitMs: number | null = null;
    while (waitMs === null && deps.spool.first()) waitMs = await sendFirst(deps, results, failures);
    failures = waitMs === null ? 0 : failures + 1;
    if (waitMs !== null) later(waitMs);
  };
  const run = (): Promise<void> => {
    sending ??= sendAll().finally(() => (sending = null));
    return sending;
  };
  return {
    results,
    wake: () => {
      if (!timer && !sending) later(deps.random() * SPREAD_MS);
    },
    finish: async (withinMs) => {
      isOver = true;
      if (timer) clearTimeout(timer);
      // What is under way may have begun before the last batch was added.
      const all = (sending ?? Promise.resolve()).then(run);
      await Promise.race([all, new Promise((resolve) => setTimeout(resolve, withinMs))]);
    },
  };
}

/** Null when the first batch is done with; otherwise how long to wait before it is tried again. */
async function sendFirst(deps: SenderDeps, results: Map<string, number>, failures: number): Promise<number | null> {
  const { spool, logger, random } = deps;
  const batch = spool.first();
  if (!batch) return null;
  const wait = (): number => backOffMs(BACK_OFF, failures, random());
  const credentials = deps.credentials();
  if (!credentials) return wait();
  let answer: Exchange;
  try {
    answer = await deliver(deps.intake, credentials, batch);
  } catch (error) {
    logger.debug({ error: messageOf(error), waiting: spool.status().batches }, "the intake is away; batches wait");
    tally(results, "unreachable");
    return wait();
  }
  const verdict = judgeAnswer(answer.status);
  tally(results, verdict);
  const said = { id: batch.id, status: answer.status, answer: answer.body.toString("utf8").slice(0, 300) };
  switch (verdict) {
    case "delivered":
      spool.remove(batch.id);
      return null;
    case "refused":
      logger.error(said, "the intake refused a batch for good; it is given up");
      spool.remove(batch.id);
      return null;
    case "unauthenticated":
      logger.warn(said, "the intake does not know this agent's key; its batches are kept");
      return UNAUTHENTICATED_MS * (0.5 + random() / 2);
    case "later":
      return Math.max(wait(), retryAfterMs(answer.headers["retry-after"], Date.now(), RETRY_AFTER_MAX_MS) ?? 0);
  }
}

/** Signed at each try: the signature's time is that of the delivery, its id that of the batch. */
function deliver(url: URL, { id, secret }: Credentials, batch: SpooledBatch): Promise<Exchange> {
  const sentAt = new Date();
  const headers = {
    "content-type": "application/json",
    "geostitch-agent": id,
    "webhook-id": batch.id,
    "webhook-timestamp": String(Math.floor(sentAt.getTime() / 1000)),
    "webhook-signature": new Webhook(secret).sign(batch.id, sentAt, batch.body),
  };
  return exchange({ url, method: "POST", headers, body: batch.body, deadlineMs: DEADLINE_MS });
}

const tally = (results: Map<string, number>, result: string): void => void results.set(result, (results.get(result) ?? 0) + 1);
