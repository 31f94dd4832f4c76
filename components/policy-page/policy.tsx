"use client";

import { useQuery } from "@tanstack/react-query";
import { parseAsString, useQueryState } from "nuqs";
import { useMemo } from "react";
import { policySpecSchema } from "../../server/component-registry/domain/manifest.ts";
import type { PolicyDto } from "../../server/api/shapes/index.ts";
import { useTRPC } from "../trpc/client.ts";
import { Loading, Problem } from "../ui/parts.tsx";
import { Workbench } from "./workbench.tsx";

const NOBODYS: PolicyDto = {
  kind: "Policy",
  metadata: { name: "default", generation: 0 },
  spec: policySpecSchema.parse({}),
};

/** Weights, mode and guard rails: tried here, and in force once they are published. */
export function PolicyPage() {
  const trpc = useTRPC();
  const [name, setName] = useQueryState("policy", parseAsString.withDefault("default"));
  const [, setShared] = useQueryState("w", parseAsString);
  const policies = useQuery(trpc.policies.page.queryOptions({ limit: 500 }));
  const user = useQuery(trpc.world.overview.queryOptions()).data?.user;
  const all = useMemo(() => withDefault(policies.data?.items ?? []), [policies.data]);
  const policy = all.find(({ metadata }) => metadata.name === name) ?? all[0] ?? NOBODYS;
  if (policies.data && user)
    return (
      <Workbench
        key={policy.metadata.name}
        policy={policy}
        policies={all}
        user={user.email || user.name}
        select={(next) => {
          // Weights in the address are of the policy that it names.
          void setShared(null);
          void setName(next);
        }}
      />
    );
  return (
    <main className="page">
      <h1 className="title">Policy</h1>
      {policies.error ? (
        <Problem error={policies.error} retry={() => void policies.refetch()} />
      ) : (
        <Loading what="the policy" height={420} />
      )}
    </main>
  );
}

/** What nobody has written yet is still in force. */
const withDefault = (policies: readonly PolicyDto[]): readonly PolicyDto[] => {
  const others = policies.filter(({ metadata }) => metadata.name !== "default");
  return [policies.find(({ metadata }) => metadata.name === "default") ?? NOBODYS, ...others];
};
