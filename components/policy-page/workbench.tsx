"use client";

import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import type { PolicyDto } from "../../server/api/shapes/index.ts";
import { useTRPC } from "../trpc/client.ts";
import { useLive } from "../trpc/live.tsx";
import { useKeys } from "../ui/keys.ts";
import { percentsOf } from "./draft.ts";
import { History } from "./history.tsx";
import { NewPolicy } from "./new-policy.tsx";
import { PolicyHead } from "./policy-head.tsx";
import { PublishBar } from "./publish-bar.tsx";
import type { Tried } from "./scope.ts";
import { useDraft } from "./use-draft.ts";
import { WorkbenchParts } from "./workbench-parts.tsx";
import { usePreviewInputs } from "./use-preview.ts";

interface WorkbenchProps {
  readonly policy: PolicyDto;
  readonly policies: readonly PolicyDto[];
  readonly user: string;
  readonly select: (name: string) => void;
}

/** One policy under the hands of one person. */
export function Workbench({ policy, policies, user, select }: WorkbenchProps) {
  const { name, generation } = policy.metadata;
  const draft = useDraft(policy, user);
  const { connected } = useLive();
  const [wantsCompare, setCompare] = useState(false);
  const [opened, setOpened] = useState<"history" | "new" | null>(null);
  const isComparing = wantsCompare && draft.changes.length > 0;
  const shown = isComparing ? policy.spec : draft.spec;
  const taken = useMemo(
    () => new Set(policies.filter(({ metadata }) => metadata.name !== name).flatMap(({ spec }) => spec.applications)),
    [policies, name],
  );
  const tried = useMemo((): Tried => ({ policy: name, spec: shown, takenApplications: taken }), [name, shown, taken]);
  const inputs = usePreviewInputs();
  const applications = useApplications();
  useKeys({
    c: () => setCompare(!wantsCompare),
    "0": () => (isComparing ? undefined : draft.setWeights(percentsOf(policy.spec.weights))),
  });
  const close = (): void => setOpened(null);
  return (
    <main className="policy">
      <PolicyHead
        {...{ name, generation, draft, isComparing, select }}
        names={policies.map(({ metadata }) => metadata.name)}
        toggleCompare={() => setCompare(!wantsCompare)}
        openHistory={() => setOpened("history")}
        openNew={() => setOpened("new")}
      />
      <div className={connected ? "polgrid" : "polgrid stale"}>
        <WorkbenchParts
          {...{ policy, draft, shown, isComparing, tried }}
          inputs={inputs.data}
          error={inputs.error}
          retry={() => void inputs.refetch()}
        />
      </div>
      <PublishBar {...{ name, generation, draft }} />
      <History {...{ name, generation }} open={opened === "history"} close={close} onRemoved={() => select("default")} />
      <NewPolicy
        applications={applications.filter((one) => !policies.some(({ spec }) => spec.applications.includes(one)))}
        base={policies.find(({ metadata }) => metadata.name === "default")?.spec ?? policy.spec}
        open={opened === "new"}
        close={close}
        onMade={select}
      />
    </main>
  );
}

function useApplications(): readonly string[] {
  const components = useQuery(useTRPC().components.list.queryOptions()).data ?? [];
  return [...new Set(components.map(({ metadata }) => metadata.application))].sort();
}
