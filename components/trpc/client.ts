"use client";

import { createTRPCClient, httpBatchStreamLink, httpLink, splitLink } from "@trpc/client";
import { createTRPCContext } from "@trpc/tanstack-react-query";
import { QueryClient } from "@tanstack/react-query";
import type { AppRouter } from "../../server/api/root.ts";

export const { TRPCProvider, useTRPC } = createTRPCContext<AppRouter>();

const url = "/api/trpc";

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
        true: httpLink({ url }),
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
