"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { IconPlus } from "@tabler/icons-react";
import { useRouter } from "next/navigation";
import { useTRPC } from "../trpc/client.ts";
import { Dialog, Problem } from "../ui/parts.tsx";
import { useOffReason } from "../ui/use-role.ts";

/** Asks the planner to look now rather than at its next turn. */
export function PlanNow({ components }: { components?: readonly string[] }) {
  const trpc = useTRPC();
  const router = useRouter();
  const queries = useQueryClient();
  const frozen = useQuery(trpc.world.overview.queryOptions()).data?.freeze.frozen === true;
  const create = useMutation({
    ...trpc.plans.create.mutationOptions(),
    onSuccess: (plan) => {
      void queries.invalidateQueries({ queryKey: trpc.plans.pathKey() });
      if (plan.moves.length > 0) router.push(`/plans/${plan.id}`);
    },
  });
  const off = useOffReason("operator");
  const found = create.data;
  return (
    <>
      <button
        type="button"
        className="ctl"
        disabled={off !== null || create.isPending}
        title={off ?? (frozen ? "Frozen: it is proposed, nothing begins" : undefined)}
        onClick={() => create.mutate(components ? { components: [...components] } : {})}
      >
        <IconPlus size={14} stroke={1.8} aria-hidden="true" />
        {create.isPending ? "Planning" : "Plan now"}
      </button>
      <Dialog
        open={create.error !== null || found?.moves.length === 0}
        onClose={() => create.reset()}
        label="What the planner found"
      >
        <div className="form">
          <h2 className="title">{create.error ? "No plan was made" : "No useful move"}</h2>
          {create.error ? (
            <Problem error={create.error} />
          ) : (
            <p className="t2">{found?.note ?? "No move of any component would gain more than it costs."}</p>
          )}
          <button type="button" className="ctl lg" style={{ alignSelf: "end" }} onClick={() => create.reset()}>
            Close
          </button>
        </div>
      </Dialog>
    </>
  );
}
