"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTRPC, useTRPCClient } from "../trpc/client.ts";
import { Options } from "../ui/options.tsx";
import { ReasonDialog } from "../ui/reason-dialog.tsx";
import { SILENCES } from "./prepare.ts";

/** Asks why and until when; everybody sees it. */
export function SilenceDialog({ ids, onClose }: { ids: readonly string[]; onClose: () => void }) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queries = useQueryClient();
  const [minutes, setMinutes] = useState("60");
  const run = useMutation({
    mutationFn: async (reason: string) => {
      const until = new Date(Date.now() + Number(minutes) * 60_000).toISOString();
      for (const id of ids) await client.alerts.silence.mutate({ id, reason, until });
    },
    // Also when one was refused: those before it are silenced.
    onSettled: () => void queries.invalidateQueries({ queryKey: trpc.alerts.pathKey() }),
  });
  const [first = ""] = ids;
  return (
    <ReasonDialog
      open={ids.length > 0}
      onClose={onClose}
      label="Silence an alert"
      title={ids.length > 1 ? `Silence ${ids.length} alerts` : "Silence this alert"}
      words="It stays in the list and counts no more, for everybody. It comes back when the time is over and it still holds."
      reasonLabel="Reason, kept in the audit"
      placeholder="Known, its host is being replaced"
      command={(reason) => `geostitch silence ${first} --reason ${reason} --until …`}
      confirm="Silence"
      run={run}
      act={run.mutate}
    >
      <label>
        For
        <select value={minutes} onChange={(event) => setMinutes(event.target.value)}>
          <Options of={SILENCES} />
        </select>
      </label>
    </ReasonDialog>
  );
}
