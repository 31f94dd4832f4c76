import { type ApiOptions, Refused } from "./client.ts";

interface Event {
  readonly type: string;
  readonly at: string;
  readonly subject: string;
  readonly data: { readonly state?: string; readonly step?: string | null } | null;
}

const ENDED = ["succeeded", "aborted", "rolled_back", "failed"];

/** Prints events, one a line, until interrupted, or until the named run has ended; answers how it ended. */
export async function watchEvents(options: ApiOptions, run: string | null, json: boolean): Promise<string | null> {
  const answer = await fetch(`${options.server}/api/v1/events`, {
    headers: options.key === undefined ? {} : { authorization: `Bearer ${options.key}` },
  }).catch(() => null);
  if (!answer?.ok || !answer.body) throw new Refused(`no events from ${options.server}${answer ? ` (${answer.status})` : ""}`);
  let rest = "";
  for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) {
    const frames = (rest + Buffer.from(chunk).toString("utf8")).split("\n\n");
    rest = frames.pop() ?? "";
    for (const frame of frames) {
      const line = frame.split("\n").find((entry) => entry.startsWith("data: "));
      if (line === undefined) continue;
      const event = JSON.parse(line.slice(6)) as Event;
      if (run !== null && event.subject !== run) continue;
      const state = event.data?.state ?? "";
      console.log(
        json
          ? JSON.stringify(event)
          : `${event.at.slice(11, 23)} ${event.type.padEnd(20)} ${event.subject} ${state} ${event.data?.step ?? ""}`.trimEnd(),
      );
      if (run !== null && ENDED.includes(state)) return state;
    }
  }
  return null;
}
