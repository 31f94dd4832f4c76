"use client";

import { useQuery } from "@tanstack/react-query";
import { useParams, useRouter } from "next/navigation";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import type { ReactNode } from "react";
import { usePastWorld } from "../time/use-past-world.ts";
import { useViewTime } from "../time/view-time.tsx";
import { useTRPC } from "../trpc/client.ts";
import { useKeys } from "../ui/keys.ts";
import { useNow } from "../ui/parts.tsx";
import { inboxOf, neighbourOf } from "./prepare.ts";
import { InboxColumn } from "./inbox.tsx";

const SHOWN = ["decide", "running", "all"] as const;
const PLANS_MAX = 200;

/** The inbox beside the plan that is read: it stays while one goes from plan to plan. */
export function PlansFrame({ children }: { children: ReactNode }) {
  const router = useRouter();
  const selected = useSelectedPlan();
  const [shown, setShown] = useQueryState("show", parseAsStringLiteral(SHOWN).withDefault("decide"));
  const listed = useQuery(useTRPC().plans.list.queryOptions({ limit: PLANS_MAX }));
  const past = usePastWorld();
  const { at } = useViewTime();
  const wallNow = useNow(5_000);
  const now = at ?? wallNow;
  // What was decided since had not been decided then: only what waited at that moment is known.
  const plans = past.isPast ? { data: past.world?.plans, error: past.error, refetch: listed.refetch } : listed;
  const inbox = inboxOf(plans.data ?? [], shown, now);
  const hrefOf = (id: string): string => `/plans/${id}${shown === "decide" ? "" : `?show=${shown}`}`;
  const step = (by: 1 | -1) => () => {
    const next = neighbourOf(inbox.rows, selected, by);
    if (next) router.push(hrefOf(next.id));
  };
  useKeys({ j: step(1), k: step(-1) });
  return (
    <main className={selected === null ? "plans" : "plans open"}>
      <InboxColumn
        plans={plans}
        inbox={inbox}
        shown={shown}
        setShown={(next) => void setShown(next)}
        selected={selected}
        hrefOf={hrefOf}
        now={now}
      />
      {children}
    </main>
  );
}

/** The plan in the address, null on the inbox's own page. */
function useSelectedPlan(): string | null {
  const { id } = useParams<{ id?: string }>();
  return id === undefined ? null : decodeURIComponent(id);
}
