import { roleAtLeast } from "../../identity/domain/roles.ts";
import { AppError } from "../../platform/app-error.ts";
import type { StoredEvent } from "../../platform/db/event-stream.ts";
import type { Context } from "../context.ts";

const HEADERS = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-store, no-transform",
  "x-accel-buffering": "no",
};
const COMMENT_EVERY_MS = 15_000;
/** A reader that takes nothing for so many events is dropped; it comes back with its `Last-Event-ID`. */
const BACKLOG_MAX = 2_000;

/** `GET /events`: everything that happens, in order; resumes behind `Last-Event-ID`, or says `reset` when that is too old. */
export async function streamEvents(request: Request, { services, actor }: Context): Promise<Response> {
  if (!roleAtLeast(actor?.role ?? null, "viewer"))
    throw new AppError("forbidden", "this needs the role viewer", { code: "role" });
  if (request.method === "HEAD") return new Response(null, { headers: HEADERS });
  const lastSeen = readLastEventId(request);
  const resumes = lastSeen !== null && (await services.events.covers(lastSeen));
  // Behind a reset the stream goes on from now: its id is the newest, so that the next return resumes there.
  const newest = lastSeen !== null && !resumes ? await services.events.newest() : null;
  let stop: () => void = () => undefined;
  const body = new ReadableStream<Uint8Array>({
    start: async (controller) => {
      const line = openLine(controller);
      stop = line.close;
      request.signal.addEventListener("abort", line.close);
      line.send(": connected\nretry: 1000\n\n");
      if (newest !== null)
        line.send(
          frame({
            seq: newest,
            type: "reset",
            at: services.clock.now().toISOString(),
            subject: "events",
            component: null,
            data: null,
          }),
        );
      line.onClose(await services.events.subscribe(resumes ? lastSeen : newest, (event) => line.send(frame(event))));
    },
    cancel: () => stop(),
  });
  return new Response(body, { headers: HEADERS });
}

/** The writing end: a comment now and then, and an end for readers that do not read. */
function openLine(controller: ReadableStreamDefaultController<Uint8Array>) {
  const encoder = new TextEncoder();
  let closed = false;
  let unsubscribe: () => void = () => undefined;
  const close = (): void => {
    if (closed) return;
    closed = true;
    clearInterval(timer);
    unsubscribe();
    try {
      controller.close();
    } catch {
      // The reader has gone already, which is what closing is for.
    }
  };
  const send = (text: string): void => {
    if (closed) return;
    if ((controller.desiredSize ?? 0) < -BACKLOG_MAX) close();
    else controller.enqueue(encoder.encode(text));
  };
  const timer = setInterval(() => send(": still here\n\n"), COMMENT_EVERY_MS);
  const onClose = (stop: () => void): void => {
    unsubscribe = stop;
    if (closed) stop();
  };
  return { send, close, onClose };
}

function frame(event: StoredEvent): string {
  return `id: ${event.seq}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

function readLastEventId(request: Request): number | null {
  const text = request.headers.get("last-event-id") ?? new URL(request.url).searchParams.get("lastEventId");
  if (text === null || text === "") return null;
  const seq = Number(text);
  return Number.isSafeInteger(seq) && seq >= 0 ? seq : -1;
}
