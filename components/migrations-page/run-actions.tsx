"use client";

import { useMutation } from "@tanstack/react-query";
import { IconArrowBackUp, IconSquare } from "@tabler/icons-react";
import { useState } from "react";
import type { MigrationDto } from "../../server/api/shapes/index.ts";
import { usePastReason } from "../time/use-past-reason.ts";
import { useTRPC } from "../trpc/client.ts";
import { Dialog, Problem } from "../ui/parts.tsx";
import { usePlaceNames } from "../ui/place-name.tsx";
import { actionsOf } from "./prepare.ts";

/** What may be done to a run, in a fixed order: abort, roll back. A button that is off keeps its place, and the line below says why. */
export function RunActions({ migration }: { migration: MigrationDto }) {
  const trpc = useTRPC();
  const [asking, setAsking] = useState<"abort" | "rollback" | null>(null);
  const [reason, setReason] = useState("");
  const close = { onSuccess: () => setAsking(null) };
  const abort = useMutation({ ...trpc.migrations.abort.mutationOptions(), ...close });
  const rollback = useMutation({ ...trpc.migrations.rollback.mutationOptions(), ...close });
  const past = usePastReason();
  const actions = actionsOf(migration, usePlaceNames());
  const chosen = asking === null ? null : actions[asking];
  const error = asking === "abort" ? abort.error : rollback.error;
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
      <Dialog open={asking !== null} onClose={() => setAsking(null)} label={chosen?.label ?? ""}>
        <form
          className="form"
          onSubmit={(event) => {
            event.preventDefault();
            (asking === "abort" ? abort : rollback).mutate({ id: migration.id, reason });
          }}
        >
          <h2 className="title">{chosen?.label}</h2>
          <p className="t2">
            {asking === "abort"
              ? "The source goes on serving, at a new epoch. Nothing is lost."
              : migration.canary !== null && migration.canary.decision === null
                ? "All users go back to the old place at once. Nothing has to be moved: it serves still."
                : "A move in the other direction, with everything written since. Requests wait for a moment again."}
          </p>
          <label>
            Reason
            <textarea value={reason} onChange={(event) => setReason(event.target.value)} />
          </label>
          {error ? <Problem error={error} /> : null}
          <div className="row g8" style={{ justifyContent: "end" }}>
            <button type="button" className="ctl lg" onClick={() => setAsking(null)}>
              Cancel
            </button>
            <button type="submit" className="ctl lg primary" disabled={abort.isPending || rollback.isPending}>
              {asking === "abort" ? "Abort the move" : "Roll back the move"}
            </button>
          </div>
        </form>
      </Dialog>
    </div>
  );
}
