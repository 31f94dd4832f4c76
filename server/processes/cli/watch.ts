import { setTimeout as delay } from "node:timers/promises";
import { ENDED_STATES } from "../../orchestration/domain/migration.ts";
import { callApi, Refused, type ApiOptions } from "./client.ts";

interface Event {
  readonly seq: number;
  readonly type: string;
  readonly at: string;
  readonly subject: string;
  readonly data: { readonly state?: string; readonly step?: string | null } | null;
}

interface Watch {
  readonly options: ApiOptions;
  /** The run that is waited for, or null for everything. */
  readonly run: string | null;
  readonly json: boolean;
}

const isEnd = (state: string): boolean => ENDED_STATES.some((end) => end === state);
const RETRY_MS = 1_000;

/**
 * Prints events, one a line, until interrupted, or until the named run has ended; answers how it ended. A stream that breaks
 * is taken up again where it was; a run may end before the stream stands, so it is also asked for itself.
 */
export async function watchEvents(options: ApiOptions, run: string | null, json: boolean): Promise<string | null> {
  let lastId: string | null = null;
  for (let first = true; ; first = false) {
    const answer = await open(options, lastId);
    if (!answer?.ok || !answer.body) {
      if (first || (answer && answer.status < 500))
        throw new Refused(`no events from ${options.server}${answer ? ` (${answer.status})` : ""}`);
      await delay(RETRY_MS);
      continue;
    }
    const ended = run === null ? null : await endOf(options, run);
    if (ended !== null) {
      await answer.body.cancel();
      return ended;
    }
    const end = await readStream(answer.body as unknown as AsyncIterable<Uint8Array>, { options, run, json }, (id) => {
      lastId = id;
    });
    if (end !== null) return end;
    await delay(RETRY_MS);
  }
}

function open({ server, key }: ApiOptions, lastId: string | null): Promise<Response | null> {
  const headers: Record<string, string> = {};
  if (key !== undefined) headers["authorization"] = `Bearer ${key}`;
  if (lastId !== null) headers["last-event-id"] = lastId;
  return fetch(`${server}/api/v1/events`, { headers }).catch(() => null);
}

async function endOf(options: ApiOptions, run: string): Promise<string | null> {
  const { state } = (await callApi(options, "GET", `/migrations/${encodeURIComponent(run)}`)) as { state: string };
  return isEnd(state) ? state : null;
}

/** How the run ended, or null when the stream ends before it. */
async function readStream(body: AsyncIterable<Uint8Array>, watch: Watch, seen: (id: string) => void): Promise<string | null> {
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for await (const chunk of body) {
      const frames = (rest + decoder.decode(chunk, { stream: true })).split("\n\n");
      rest = frames.pop() ?? "";
      for (const event of frames.flatMap(readFrame)) {
        seen(String(event.seq));
        const end = show(event, watch);
        if (end !== null) return end;
      }
    }
  } catch {
    // A stream that breaks is a stream that ended: the caller opens the next one.
  }
  return null;
}

function readFrame(frame: string): Event[] {
  const line = frame.split("\n").find((entry) => entry.startsWith("data: "));
  return line === undefined ? [] : [JSON.parse(line.slice(6)) as Event];
}

function show(event: Event, { run, json }: Watch): string | null {
  if (run !== null && event.subject !== run) return null;
  const state = event.data?.state ?? "";
  const line = `${event.at.slice(11, 23)} ${event.type.padEnd(20)} ${event.subject} ${state} ${event.data?.step ?? ""}`;
  console.log(json ? JSON.stringify(event) : line.trimEnd());
  return run !== null && isEnd(state) ? state : null;
}
