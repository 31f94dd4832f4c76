import type { Socket } from "node:net";
import { Agent } from "undici";
import { dialLink, type LinkTarget, type RelayAddress } from "./dial-link.ts";

export type { LinkTarget, RelayAddress };

export interface LinkDialer {
  /** Opens one TCP connection over the link; rejects after `timeoutMs` (default 10,000) or when the link refuses. */
  dial(target: LinkTarget, timeoutMs?: number): Promise<Socket>;
  /** A keep-alive HTTP dispatcher whose every connection crosses the link; one per ordered pair, shared. */
  dispatcher(from: string | null, to: string | null): Agent;
  close(): Promise<void>;
}

/** Dials links, directly or through a relay (`dial-link.ts`). */
export function createLinkDialer(relay: RelayAddress | null): LinkDialer {
  const agents = new Map<string, Agent>();
  const dial = (target: LinkTarget, timeoutMs = 10_000): Promise<Socket> => dialLink(relay, target, timeoutMs);
  const dispatcher = (from: string | null, to: string | null): Agent => {
    const key = `${from ?? ""}>${to ?? ""}`;
    const known = agents.get(key);
    if (known) return known;
    const agent = new Agent({
      connections: null,
      pipelining: 1,
      // Where a server does not say how long it keeps an idle connection, it is rarely less than 5 s. A request that meets
      // the end of its connection may have been processed: it is not sent again, so it must not happen.
      keepAliveTimeout: 4_000,
      keepAliveMaxTimeout: 120_000,
      connect: (options, callback) => {
        dial({ from, to, host: options.hostname, port: Number(options.port || 80) }).then(
          (socket) => {
            callback(null, socket);
          },
          (error: unknown) => {
            callback(error instanceof Error ? error : new Error(String(error)), null);
          },
        );
      },
    });
    agents.set(key, agent);
    return agent;
  };
  return {
    dial,
    dispatcher,
    close: async () => {
      await Promise.all(
        [...agents.values()].map(async (agent) => {
          await agent.destroy();
        }),
      );
    },
  };
}
