import type { ServerResponse } from "node:http";
import type { LinkDialer } from "../../../connectivity-management/index.ts";
import { createStateCalls } from "./state-call.ts";
import { hereAt } from "./transfer.ts";

export interface SealedStateRequest {
  readonly outgoing: ServerResponse;
  readonly instance: { readonly adminPort: number; readonly token: string };
  readonly dialer: LinkDialer;
  readonly component: string;
  readonly epoch: number;
  /** The seal's own command id: a repeat is answered as the first time. */
  readonly commandId: string;
  readonly since: string;
}

/** Seals an instance here and answers what a receiver elsewhere does not have yet, in one exchange. */
export async function answerSealedState(request: SealedStateRequest): Promise<void> {
  const { outgoing, instance, commandId, since } = request;
  const calls = createStateCalls(request);
  const chunk = await calls.readSealed(hereAt(instance), since, commandId);
  if (chunk.status !== 200 || chunk.position === null || chunk.sealed === null) {
    outgoing.writeHead(chunk.status === 200 ? 502 : chunk.status, { "content-type": "application/json" }).end(chunk.body);
    return;
  }
  outgoing.writeHead(200, {
    "content-type": "application/octet-stream",
    "content-length": chunk.body.length,
    "geostitch-position": chunk.position,
    "geostitch-sealed-state": encodeURIComponent(chunk.sealed),
    ...(chunk.complete === null ? {} : { "geostitch-complete": String(chunk.complete) }),
    ...(chunk.digest === null ? {} : { "geostitch-digest": chunk.digest }),
  });
  outgoing.end(chunk.body);
}
