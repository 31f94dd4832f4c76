import { randomUUID } from "node:crypto";
import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { toTrpcError } from "./error-map.ts";
import { refuseForeignOrigin } from "./foreign-origin.ts";
import { appRouter } from "./root.ts";
import { services } from "./services.ts";
import { resolveActor } from "./session-actor.ts";

const BATCH_MAX = 20;

/** tRPC over fetch: a session or a key, one context a request, a bounded batch. */
export async function handleTrpc(request: Request): Promise<Response> {
  const all = await services();
  return await fetchRequestHandler({
    endpoint: "/api/trpc",
    req: request,
    router: appRouter,
    maxBatchSize: BATCH_MAX,
    createContext: async () => {
      try {
        refuseForeignOrigin(request);
        return { services: all, actor: await resolveActor(request, all), requestId: randomUUID() };
      } catch (error) {
        throw toTrpcError(error);
      }
    },
  });
}
