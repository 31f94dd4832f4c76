import type { StoredEvent } from "../../platform/db/event-stream.ts";
import type { Context } from "../context.ts";

const COMMENT_EVERY_MS = 15_000;
/** A reader that takes nothing for so many events is dropped; it comes back with its `Last-Event-ID`. */
const BACKLOG_MAX = 2_000;

/** `GET /events`: everything that happens, in order; resumes behind `Last-Event-ID`, or says `reset` when that is too old. */
export async function streamEvents(request: Request, { services }: Context): Promise<Response> {
  const lastSeen = readLastEventId(request);
  const resumes = lastSeen !== null && (await services.events.covers(lastSeen));
  let stop: () => void = () => undefined;
  const body = new ReadableStream<Uint8Array>({
    start: async (controller) => {
      const line = openLine(controller);
      stop = line.close;
      request.signal.addEventListener("abort", line.close);
      line.send(": connected\nretry: 1000\n\n");
      if (lastSeen !== null && !resumes)
        line.send(
          frame({
            seq: 0,
            type: "reset",
            at: services.clock.now().toISOString(),
            subject: "events",
            component: null,
            data: null,
          }),
        );
      line.onClose(await services.events.subscribe(resumes ? lastSeen : null, (event) => line.send(frame(event))));
    },
    cancel: () => stop(),
  });
  return new Response(body, {
    headers: {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store, no-transform",
      "x-accel-buffering": "no",
    },
  });
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
  const id = event.seq > 0 ? `id: ${event.seq}\n` : "";
  return `${id}event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

function readLastEventId(request: Request): number | null {
  const text = request.headers.get("last-event-id") ?? new URL(request.url).searchParams.get("lastEventId");
  if (text === null || text === "") return null;
  const seq = Number(text);
  return Number.isSafeInteger(seq) && seq >= 0 ? seq : -1;
}
