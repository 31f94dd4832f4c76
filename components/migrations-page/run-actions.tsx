"use client";

import { useMutation } from "@tanstack/react-query";
import { IconArrowBackUp, IconSquare } from "@tabler/icons-react";
import { useState } from "react";
import type { MigrationDto } from "../../server/api/shapes/index.ts";
import { usePastReason } from "../time/use-past-reason.ts";
import { useTRPC } from "../trpc/client.ts";
import { usePlaceNames } from "../ui/place-name.tsx";
import { ReasonDialog } from "../ui/reason-dialog.tsx";
import { actionsOf } from "./prepare.ts";

/** What may be done to a run, in a fixed order: abort, roll back. A button that is off keeps its place, and the line below says why. */
export function RunActions({ migration }: { migration: MigrationDto }) {
  const trpc = useTRPC();
  const [asking, setAsking] = useState<"abort" | "rollback" | null>(null);
  const abort = useMutation(trpc.migrations.abort.mutationOptions());
  const rollback = useMutation(trpc.migrations.rollback.mutationOptions());
  const past = usePastReason();
  const actions = actionsOf(migration, usePlaceNames());
  const run = asking === "abort" ? abort : rollback;
  return (
    <div className="col runactions" style={{ alignItems: "end", gap: 4 }}>
      <div className="row g8 wrap">
        <button
          type="button"
          className="ctl lg danger"
          disabled={past !== null || actions.abort.off !== null}
          onClick={() => setAsking("abort")}
        >
          <IconSquare size={14} stroke={1.8} aria-hidden="true" />
          {actions.abort.label}
        </button>
        <button
          type="button"
          className="ctl lg"
          disabled={past !== null || actions.rollback.off !== null}
          onClick={() => setAsking("rollback")}
        >
          <IconArrowBackUp size={15} stroke={1.8} aria-hidden="true" />
          {actions.rollback.label}
        </button>
      </div>
      <span className="f12 t2">{past ?? [actions.abort.off, actions.rollback.off].filter((why) => why !== null).join(" ")}</span>
      <ReasonDialog
        open={asking !== null}
        onClose={() => setAsking(null)}
        label={asking === null ? "" : actions[asking].label}
        words={
          asking === "abort"
            ? "The source goes on serving, at a new epoch. Nothing is lost."
            : migration.canary !== null && migration.canary.decision === null
              ? "All users go back to the old place at once. Nothing has to be moved: it serves still."
              : "A move in the other direction, with everything written since. Requests wait for a moment again."
        }
        reason="optional"
        confirm={asking === "abort" ? "Abort the move" : "Roll back the move"}
        run={run}
        act={(reason, done) => run.mutate({ id: migration.id, reason }, done)}
      />
    </div>
  );
}
