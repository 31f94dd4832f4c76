"use client";

import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTRPC } from "../trpc/client.ts";
import { ReasonDialog } from "../ui/reason-dialog.tsx";
import { Glyph } from "../ui/status.tsx";
import { useOffReason } from "../ui/use-role.ts";
import { ChangesTable } from "./changes-table.tsx";
import type { Draft } from "./use-draft.ts";
import { useRefreshPolicies } from "./use-refresh-policies.ts";

interface PublishBarProps {
  readonly name: string;
  readonly generation: number;
  readonly draft: Draft;
}

const CHIPS = 4;

/** What would change, why, and the one button that does it. */
export function PublishBar({ name, generation, draft }: PublishBarProps) {
  const [reason, setReason] = useState("");
  const [asking, setAsking] = useState(false);
  const { changes } = draft;
  const mayNot = useOffReason("administrator");
  const off = changes.length === 0 ? "Nothing is changed." : mayNot;
  const words =
    off ??
    (draft.baseGeneration === generation
      ? null
      : `Generation ${generation} was published after this draft was begun: discard it, or look at what it would undo.`);
  return (
    <section className="publish" aria-label="Publish">
      <div className="row g8 wrap grow">
        <span className="row g6">
          <Glyph meaning="plan" /> Draft
        </span>
        {changes.slice(0, CHIPS).map(({ path, label, before, after }) => (
          <span key={path} className="chip out">
            {label} {before} → <b>{after}</b>
          </span>
        ))}
        {changes.length > CHIPS ? <span className="t2 f12">{changes.length - CHIPS} more</span> : null}
        {words === null ? null : (
          <span className="t2 f12" role="status">
            {words}
          </span>
        )}
      </div>
      <input
        className="reason"
        aria-label="Reason, kept in the audit"
        placeholder="Reason, kept in the audit log"
        value={reason}
        maxLength={2_000}
        onChange={(event) => setReason(event.target.value)}
      />
      <button type="button" className="ctl ghost lg" disabled={changes.length === 0} onClick={draft.discard}>
        Discard
      </button>
      <button
        type="button"
        className="ctl lg primary"
        disabled={off !== null}
        title={off ?? undefined}
        onClick={() => setAsking(true)}
      >
        Publish as {generation + 1}
      </button>
      <PublishDialog {...{ name, draft, generation }} shared={[reason, setReason]} open={asking} close={() => setAsking(false)} />
    </section>
  );
}

interface PublishDialogProps extends Pick<PublishBarProps, "name" | "draft" | "generation"> {
  readonly shared: readonly [reason: string, setReason: (reason: string) => void];
  readonly open: boolean;
  readonly close: () => void;
}

/** The second step: everything that changes, and why. */
function PublishDialog({ name, draft, generation, shared, open, close }: PublishDialogProps) {
  const refresh = useRefreshPolicies();
  const publish = useMutation({
    ...useTRPC().policies.publish.mutationOptions(),
    onSuccess: async () => {
      await refresh();
      draft.discard();
    },
  });
  return (
    <ReasonDialog
      open={open}
      onClose={close}
      label={`Publish ${name}`}
      title={`Publish ${name} as ${generation + 1}`}
      before={<ChangesTable caption={`Against ${generation}`} changes={draft.changes} />}
      reasonLabel="Reason, needed to publish"
      placeholder="Evening load in Asia"
      shared={shared}
      command={(reason) => `geostitch policy publish -f ${name}.yaml --reason ${reason}`}
      confirm="Publish"
      run={publish}
      act={(reason, done) => publish.mutate({ name, spec: draft.spec, reason, baseGeneration: draft.baseGeneration }, done)}
    />
  );
}
