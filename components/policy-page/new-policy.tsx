"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTRPC } from "../trpc/client.ts";
import { CommandLine, Dialog, Problem } from "../ui/parts.tsx";
import type { Spec } from "./draft.ts";

interface NewPolicyProps {
  /** Applications without a policy of their own. */
  readonly applications: readonly string[];
  readonly base: Spec;
  readonly isAdministrator: boolean;
  readonly open: boolean;
  readonly close: () => void;
  readonly onMade: (name: string) => void;
}

/** It begins as the default one is now, so that nothing changes before somebody changes it. */
export function NewPolicy({ applications, base, isAdministrator, open, close, onMade }: NewPolicyProps) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const [chosen, setChosen] = useState("");
  const [reason, setReason] = useState("");
  const application = applications.includes(chosen) ? chosen : (applications[0] ?? "");
  const publish = useMutation({
    ...trpc.policies.publish.mutationOptions(),
    onSuccess: async ({ metadata }) => {
      await queries.invalidateQueries({ queryKey: trpc.policies.page.pathKey() });
      void queries.invalidateQueries({ queryKey: trpc.policies.versions.pathKey() });
      setReason("");
      onMade(metadata.name);
      close();
    },
  });
  const off = !isAdministrator
    ? "Needs the role administrator."
    : application === ""
      ? "Every application has a policy of its own."
      : null;
  return (
    <Dialog open={open} onClose={close} label="New policy for an application">
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          publish.mutate({
            name: application,
            spec: { ...base, applications: [application], componentModes: {} },
            reason,
            baseGeneration: 0,
          });
        }}
      >
        <h2 className="title">New policy for an application</h2>
        <label>
          Application
          <select value={application} onChange={(event) => setChosen(event.target.value)}>
            {applications.map((one) => (
              <option key={one} value={one}>
                {one}
              </option>
            ))}
          </select>
        </label>
        <label>
          Reason, kept in the audit
          <textarea value={reason} onChange={(event) => setReason(event.target.value)} required />
        </label>
        <p className="t2 f12">{off ?? "It begins as the default policy is now."}</p>
        {publish.error ? <Problem error={publish.error} /> : null}
        <CommandLine
          text={`geostitch policy publish -f ${application || "application"}.yaml --reason ${JSON.stringify(reason)}`}
        />
        <div className="row g8" style={{ justifyContent: "end" }}>
          <button type="button" className="ctl lg" onClick={close}>
            Cancel
          </button>
          <button type="submit" className="ctl lg primary" disabled={off !== null || publish.isPending || reason.trim() === ""}>
            Publish the policy
          </button>
        </div>
      </form>
    </Dialog>
  );
}
