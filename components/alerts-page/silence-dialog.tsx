"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTRPC, useTRPCClient } from "../trpc/client.ts";
import { CommandLine, Dialog, Problem } from "../ui/parts.tsx";
import { SILENCES } from "./prepare.ts";

/** Asks why and until when; everybody sees it. */
export function SilenceDialog({ ids, onClose }: { ids: readonly string[]; onClose: () => void }) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queries = useQueryClient();
  const [reason, setReason] = useState("");
  const [minutes, setMinutes] = useState("60");
  const run = useMutation({
    mutationFn: async () => {
      const until = new Date(Date.now() + Number(minutes) * 60_000).toISOString();
      for (const id of ids) await client.alerts.silence.mutate({ id, reason, until });
    },
    onSuccess: () => {
      setReason("");
      onClose();
    },
    // Also when one was refused: those before it are silenced.
    onSettled: () => queries.invalidateQueries({ queryKey: trpc.alerts.pathKey() }),
  });
  const close = (): void => {
    run.reset();
    onClose();
  };
  const [first = ""] = ids;
  return (
    <Dialog open={ids.length > 0} onClose={close} label="Silence an alert">
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          run.mutate();
        }}
      >
        <h2 className="title">{ids.length > 1 ? `Silence ${ids.length} alerts` : "Silence this alert"}</h2>
        <p className="t2">
          It stays in the list and counts no more, for everybody. It comes back when the time is over and it still holds.
        </p>
        <label>
          Reason, kept in the audit
          <textarea
            value={reason}
            onChange={(event) => setReason(event.target.value)}
            required
            placeholder="Known, its host is being replaced"
          />
        </label>
        <label>
          For
          <select value={minutes} onChange={(event) => setMinutes(event.target.value)}>
            {SILENCES.map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        </label>
        {run.error ? <Problem error={run.error} /> : null}
        <CommandLine text={`geostitch silence ${first} --reason ${JSON.stringify(reason)} --until …`} />
        <div className="row g8" style={{ justifyContent: "end" }}>
          <button type="button" className="ctl lg" onClick={close}>
            Cancel
          </button>
          <button type="submit" className="ctl lg primary" disabled={run.isPending || reason.trim() === ""}>
            Silence
          </button>
        </div>
      </form>
    </Dialog>
  );
}
