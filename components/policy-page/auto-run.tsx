"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTRPC } from "../trpc/client.ts";
import { Problem } from "../ui/parts.tsx";
import { useZone } from "../ui/preferences.ts";
import { ReasonDialog } from "../ui/reason-dialog.tsx";
import { Glyph } from "../ui/status.tsx";
import { useOffReason } from "../ui/use-role.ts";
import type { Spec } from "./draft.ts";
import { autoRunInWords, heldBackInWords, shadowInWords } from "./shadow-prepare.ts";

interface AutoRunProps {
  readonly policy: string;
  /** The draft, where there is one: its guard rails are held against the same plans. */
  readonly draft: Spec | null;
}

/** What runs by itself, and what would have. */
export function AutoRun({ policy, draft }: AutoRunProps) {
  const trpc = useTRPC();
  useZone();
  const shadow = useQuery({ ...trpc.shadow.read.queryOptions({ policy }), refetchInterval: 60_000 });
  const states = useQuery(trpc.autoRun.list.queryOptions());
  const state = states.data?.items.find((one) => one.policy === policy);
  const words = state ? autoRunInWords(state) : "";
  return (
    <div className="col g8">
      {words === "" ? null : (
        <p className="row g8 f12">
          <Glyph meaning={state?.state === "running" ? "ok" : "warn"} />
          <span>{words}</span>
        </p>
      )}
      {state?.state === "stopped" ? <Resume policy={policy} /> : null}
      {shadow.error ? <Problem error={shadow.error} retry={() => void shadow.refetch()} /> : null}
      {shadow.data ? (
        <p className="t2 f12">
          {shadowInWords(shadow.data)} {heldBackInWords(shadow.data)}
        </p>
      ) : null}
      {draft === null ? null : <DraftShadow policy={policy} draft={draft} />}
    </div>
  );
}

/** The draft's guard rails against what was proposed: asked for, since it is a question of the moment. */
function DraftShadow({ policy, draft }: { policy: string; draft: Spec }) {
  const run = useMutation(useTRPC().shadow.draft.mutationOptions());
  const off = useOffReason("operator");
  return (
    <div className="col g4">
      <button
        type="button"
        className="ctl"
        disabled={off !== null || run.isPending}
        title={off ?? undefined}
        onClick={() => run.mutate({ policy, spec: draft })}
      >
        {run.isPending ? "Running as shadow" : "Run as shadow"}
      </button>
      {run.error ? <Problem error={run.error} /> : null}
      {run.data ? (
        <p className="t2 f12" role="status">
          {shadowInWords(run.data, true)} {heldBackInWords(run.data)}
        </p>
      ) : null}
    </div>
  );
}

function Resume({ policy }: { policy: string }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const [open, setOpen] = useState(false);
  const resume = useMutation({
    ...trpc.autoRun.resume.mutationOptions(),
    onSuccess: () => void queries.invalidateQueries({ queryKey: trpc.autoRun.pathKey() }),
  });
  const off = useOffReason("approver");
  return (
    <>
      <button type="button" className="ctl" disabled={off !== null} title={off ?? undefined} onClick={() => setOpen(true)}>
        Resume auto
      </button>
      <ReasonDialog
        open={open}
        onClose={() => setOpen(false)}
        label="Resume auto"
        words="Plans run by themselves again, inside the guard rails. Broken promises are counted from here on."
        reasonLabel="Reason, kept in the audit"
        command={(reason) => `geostitch auto-run resume ${policy} --reason ${reason}`}
        confirm="Resume auto"
        run={resume}
        act={(reason, done) => resume.mutate({ policy, reason }, done)}
      />
    </>
  );
}
