"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTRPC } from "../trpc/client.ts";
import { Options } from "../ui/options.tsx";
import { ReasonDialog } from "../ui/reason-dialog.tsx";

const ENDS = [
  ["60", "In 1 h"],
  ["240", "In 4 h"],
  ["1440", "In 24 h"],
  ["", "When somebody ends it"],
] as const;

/** Two steps: opening this, and saying why. */
export function FreezeDialog({ open, frozen, onClose }: { open: boolean; frozen: boolean; onClose: () => void }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const [minutes, setMinutes] = useState("60");
  const options = { onSuccess: () => void queries.invalidateQueries() };
  const set = useMutation({ ...trpc.freeze.set.mutationOptions(), ...options });
  const clear = useMutation({ ...trpc.freeze.clear.mutationOptions(), ...options });
  if (frozen)
    return (
      <ReasonDialog
        isForNow
        open={open}
        onClose={onClose}
        label="End the freeze"
        words="Moves that waited begin again."
        reason="optional"
        command={() => "geostitch unfreeze"}
        confirm="Unfreeze"
        run={clear}
        act={(reason, done) => clear.mutate({ reason }, done)}
      />
    );
  return (
    <ReasonDialog
      isForNow
      open={open}
      onClose={onClose}
      label="Freeze new moves"
      words="Nothing new begins. What runs now ends, and abort and roll back always work."
      command={(reason) => `geostitch freeze --reason ${reason}`}
      confirm="Freeze new moves"
      run={set}
      act={(reason, done) =>
        set.mutate({ reason, until: minutes === "" ? null : new Date(Date.now() + Number(minutes) * 60_000).toISOString() }, done)
      }
    >
      <label>
        Ends
        <select value={minutes} onChange={(event) => setMinutes(event.target.value)}>
          <Options of={ENDS} />
        </select>
      </label>
    </ReasonDialog>
  );
}
