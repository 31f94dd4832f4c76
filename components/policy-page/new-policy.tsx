"use client";

import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTRPC } from "../trpc/client.ts";
import { Options } from "../ui/options.tsx";
import { ReasonDialog } from "../ui/reason-dialog.tsx";
import { useOffReason } from "../ui/use-role.ts";
import type { Spec } from "./draft.ts";
import { specFor } from "./prepare.ts";
import { useRefreshPolicies } from "./use-refresh-policies.ts";

interface NewPolicyProps {
  /** Applications without a policy of their own. */
  readonly applications: readonly string[];
  readonly base: Spec;
  readonly open: boolean;
  readonly close: () => void;
  readonly onMade: (name: string) => void;
}

/** It begins as the default one is now, so that nothing changes before somebody changes it. */
export function NewPolicy({ applications, base, open, close, onMade }: NewPolicyProps) {
  const refresh = useRefreshPolicies();
  const [chosen, setChosen] = useState("");
  const application = applications.includes(chosen) ? chosen : (applications[0] ?? "");
  const publish = useMutation({
    ...useTRPC().policies.publish.mutationOptions(),
    onSuccess: async ({ metadata }) => {
      await refresh();
      onMade(metadata.name);
      close();
    },
  });
  const mayNot = useOffReason("administrator");
  const off = mayNot ?? (application === "" ? "Every application has a policy of its own." : null);
  return (
    <ReasonDialog
      open={open}
      onClose={close}
      label="New policy for an application"
      before={
        <label>
          Application
          <select value={application} onChange={(event) => setChosen(event.target.value)}>
            <Options of={applications} />
          </select>
        </label>
      }
      reasonLabel="Reason, kept in the audit"
      command={(reason) => `geostitch policy publish -f ${application || "application"}.yaml --reason ${reason}`}
      confirm="Publish the policy"
      isReady={off === null}
      run={publish}
      act={(reason, done) =>
        publish.mutate(
          {
            name: application,
            spec: specFor(application, base),
            reason,
            baseGeneration: 0,
          },
          done,
        )
      }
    >
      <p className="t2 f12">{off ?? "It begins as the default policy is now."}</p>
    </ReasonDialog>
  );
}
