import type { IncomingMessage, ServerResponse } from "node:http";
import type { Readable } from "node:stream";
import type { Dispatcher } from "undici";
import type { RouteInstance } from "../../domain/snapshot.ts";

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
  | { readonly kind: "broken"; readonly detail: string }
  /** The client went away before its answer was whole. */
  | { readonly kind: "gone" };

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

/** Names that only the gateway may use; an underscore reads as a hyphen where a component's framework makes variables of names. */
const isReserved = (name: string): boolean => {
  const plain = name.replaceAll("_", "-");
  return plain.startsWith("x-forwarded-") || plain.startsWith("geostitch-") || plain === "forwarded" || plain === "x-real-ip";
};

/** Among components the lab counts hops by it. */
const LAB_PATH = "geostitch-lab-path";

/** What may be passed on of a request's headers: nothing that belongs to one hop, nothing that only the gateway may say. */
export function requestHeaders(incoming: IncomingMessage, internal: boolean): Record<string, string | string[]> {
  const named = new Set(
    (incoming.headers.connection ?? "")
      .toLowerCase()
      .split(",")
      .map((name) => name.trim()),
  );
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (
      value === undefined ||
      HOP_BY_HOP.has(name) ||
      (named.has(name) && name !== "host") ||
      name === "expect" ||
      (isReserved(name) && !(internal && name === LAB_PATH))
    )
      continue;
    headers[name] = value;
  }
  return headers;
}

/** Sends one request to one instance and streams the answer back, each side waiting for the other. */
export function forward(options: Forward): Promise<ForwardOutcome> {
  const { dispatcher, instance, incoming, outgoing, path, body, headers } = options;
  return new Promise((resolve) => {
    const exchange = new AnswerStream(options, (outcome) => {
      outgoing.off("close", exchange.onClientGone);
      resolve(outcome);
    });
    outgoing.on("close", exchange.onClientGone);
    const request = {
      origin: `http://${instance.host}:${instance.port}`,
      path,
      method: incoming.method as Dispatcher.HttpMethod,
      headers,
      body,
    };
    dispatcher.dispatch({ ...request, headersTimeout: 60_000, bodyTimeout: 120_000 }, exchange);
  });
}

/** The answer's way back: knows whether anything was sent, and whether it was a refusal that may be tried again. */
class AnswerStream implements Dispatcher.DispatchHandler {
  readonly #options: Forward;
  readonly #finish: (outcome: ForwardOutcome) => void;
  #control: Dispatcher.DispatchController | null = null;
  #status = 0;
  #sealed: number | null = null;
  #isClientGone = false;

  constructor(options: Forward, finish: (outcome: ForwardOutcome) => void) {
    this.#options = options;
    this.#finish = finish;
  }

  readonly onClientGone = (): void => {
    if (this.#options.outgoing.writableFinished) return;
    this.#isClientGone = true;
    this.#control?.abort(new Error("the client went away"));
  };

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#control = controller;
    if (this.#options.outgoing.destroyed) this.onClientGone();
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    code: number,
    upstream: Record<string, string | string[] | undefined>,
  ): void {
    // Interim answers are the instance's own business: the client has been told to continue, and hints are only hints.
    if (code < 200) return;
    this.#status = code;
    const refusal = upstream["geostitch-sealed"];
    if (code === 503 && refusal !== undefined) {
      this.#sealed = Number(refusal);
      return;
    }
    this.#options.onAnswer(code);
    this.#options.outgoing.writeHead(code, { ...responseHeaders(upstream), ...this.#options.answerHeaders });
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const { outgoing } = this.#options;
    if (this.#sealed !== null || outgoing.write(chunk)) return;
    controller.pause();
    outgoing.once("drain", () => controller.resume());
  }

  onResponseEnd(_controller: Dispatcher.DispatchController, trailers: Record<string, string | string[] | undefined>): void {
    if (this.#sealed !== null) {
      this.#finish({ kind: "sealed", epoch: this.#sealed });
      return;
    }
    const { outgoing } = this.#options;
    if (Object.keys(trailers).length > 0 && outgoing.getHeader("content-length") === undefined) outgoing.addTrailers(trailers);
    outgoing.end();
    this.#finish({ kind: "answered", status: this.#status });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (this.#isClientGone) {
      this.#finish({ kind: "gone" });
      return;
    }
    if (this.#control === null) {
      this.#finish({ kind: "unreachable", detail: error.message });
      return;
    }
    if (this.#status > 0 && this.#sealed === null) this.#options.outgoing.destroy();
    this.#finish({ kind: "broken", detail: error.message });
  }
}

function responseHeaders(upstream: Record<string, string | string[] | undefined>): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(upstream)) if (value !== undefined && !HOP_BY_HOP.has(name)) headers[name] = value;
  return headers;
}
