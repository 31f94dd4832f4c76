"use client";

import { createTRPCClient, httpBatchStreamLink, httpLink, splitLink, TRPCClientError, type TRPCLink } from "@trpc/client";
import { createTRPCContext } from "@trpc/tanstack-react-query";
import { QueryClient } from "@tanstack/react-query";
import { observable } from "@trpc/server/observable";
import { whyNotPast } from "../time/words.ts";
import type { AppRouter } from "../../server/api/root.ts";

export const { TRPCProvider, useTRPC, useTRPCClient } = createTRPCContext<AppRouter>();

const url = "/api/trpc";

/** Whoever looks at a moment that is over decides about nothing: what is shown is not what would be changed. Freezing is for now. */
const onlyWhenLive: TRPCLink<AppRouter> =
  () =>
  ({ op, next }) => {
    const time = new URLSearchParams(window.location.search).get("time");
    if (time === null || op.type === "query" || op.path.startsWith("freeze.")) return next(op);
    return observable((observer) => observer.error(new TRPCClientError(whyNotPast(Date.parse(time)))));
  };

/**
 * One request for many questions, each answered as soon as it can be: a slow one keeps no other waiting. What changes
 * something is a request of its own, with a status of its own.
 */
export const createClient = () =>
  createTRPCClient<AppRouter>({
    links: [
      splitLink({
        // Megabytes for one page: as plain JSON they are read in one go.
        condition: ({ type, path }) => type === "mutation" || path === "policies.previewInputs",
        true: [onlyWhenLive, httpLink({ url })],
        false: httpBatchStreamLink({ url, maxItems: 15 }),
      }),
    ],
  });

/** Events keep the cache fresh; the long interval is for what no event tells, and for a stream that is away. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: { queries: { staleTime: 5_000, refetchInterval: 15_000, refetchOnWindowFocus: true, retry: 1 } },
  });
}
