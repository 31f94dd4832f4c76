import { type IncomingMessage, type ServerResponse } from "node:http";
import { type Readable } from "node:stream";
import { type Dispatcher } from "undici";
import { type RouteInstance } from "../../domain/snapshot.ts";

export interface Forward {
  readonly dispatcher: Dispatcher;
  readonly instance: RouteInstance;
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly path: string;
  readonly body: Buffer | Readable | null;
  readonly headers: Record<string, string | string[]>;
  /** Added to the answer. */
  readonly answerHeaders: Record<string, string>;
  /** The answer's head has come from the instance. */
  readonly onAnswer: (status: number) => void;
}

export type ForwardOutcome =
  | { readonly kind: "answered"; readonly status: number }
  /** Refused unprocessed by a component that is sealed or not yet open, at this epoch of its own. */
  | { readonly kind: "sealed"; readonly epoch: number }
  /** No byte was sent: somebody else may be asked. */
  | { readonly kind: "unreachable"; readonly detail: string }
  /** It was sent and what happened is unknown. */
  | { readonly kind: "broken"; readonly detail: string };

const HOP_BY_HOP = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "proxy-connection",
]);

/** What may be passed on of a request's headers: nothing that belongs to one hop, nothing that only the gateway may say. */
export function requestHeaders(incoming: IncomingMessage): Record<string, string | string[]> {
  const named = new Set(
    String(incoming.headers.connection ?? "")
      .toLowerCase()
      .split(",")
      .map((name) => name.trim()),
  );
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (
      value === undefined ||
      HOP_BY_HOP.has(name) ||
      named.has(name) ||
      name.startsWith("x-forwarded-") ||
      name === "forwarded" ||
      name === "x-real-ip" ||
      name === "expect" ||
      (name.startsWith("geostitch-") && name !== "geostitch-lab-path")
    )
      continue;
    headers[name] = value;
  }
  return headers;
}

/** Sends one request to one instance and streams the answer back, each side waiting for the other. */
export function forward(options: Forward): Promise<ForwardOutcome> {
  const { dispatcher, instance, incoming, outgoing, path, body, headers, answerHeaders, onAnswer } = options;
  return new Promise((resolve) => {
    let sent = false;
    let status = 0;
    let sealed: number | null = null;
    let control: Dispatcher.DispatchController | null = null;
    const onClientGone = (): void => {
      if (!outgoing.writableFinished) control?.abort(new Error("the client went away"));
    };
    const finish = (outcome: ForwardOutcome): void => {
      outgoing.off("close", onClientGone);
      resolve(outcome);
    };
    outgoing.on("close", onClientGone);
    dispatcher.dispatch(
      {
        origin: `http://${instance.host}:${instance.port}`,
        path,
        method: incoming.method as Dispatcher.HttpMethod,
        headers,
        body,
        headersTimeout: 60_000,
        bodyTimeout: 120_000,
      },
      {
        onRequestStart: (controller) => {
          sent = true;
          control = controller;
          if (outgoing.destroyed) controller.abort(new Error("the client went away"));
        },
        onResponseStart: (_controller, code, upstream) => {
          status = code;
          const refusal = upstream["geostitch-sealed"];
          if (code === 503 && refusal !== undefined) {
            sealed = Number(refusal);
            return;
          }
          onAnswer(code);
          outgoing.writeHead(code, { ...responseHeaders(upstream), ...answerHeaders });
        },
        onResponseData: (controller, chunk) => {
          if (sealed !== null || outgoing.write(chunk)) return;
          controller.pause();
          outgoing.once("drain", () => controller.resume());
        },
        onResponseEnd: (_controller, trailers) => {
          if (sealed !== null) return finish({ kind: "sealed", epoch: sealed });
          if (Object.keys(trailers).length > 0 && outgoing.getHeader("content-length") === undefined)
            outgoing.addTrailers(trailers as Record<string, string>);
          outgoing.end();
          finish({ kind: "answered", status });
        },
        onResponseError: (_controller, error) => {
          if (!sent) return finish({ kind: "unreachable", detail: error.message });
          if (status > 0 && sealed === null) outgoing.destroy();
          finish({ kind: "broken", detail: error.message });
        },
      },
    );
  });
}

function responseHeaders(upstream: Record<string, string | string[] | undefined>): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(upstream)) if (value !== undefined && !HOP_BY_HOP.has(name)) headers[name] = value;
  return headers;
}
