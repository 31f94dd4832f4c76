"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTRPC } from "../trpc/client.ts";
import { CommandLine, Dialog, Problem } from "../ui/parts.tsx";

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
  const [reason, setReason] = useState("");
  const [minutes, setMinutes] = useState("60");
  const done = (): void => {
    void queries.invalidateQueries();
    setReason("");
    onClose();
  };
  const set = useMutation({ ...trpc.freeze.set.mutationOptions(), onSuccess: done });
  const clear = useMutation({ ...trpc.freeze.clear.mutationOptions(), onSuccess: done });
  const error = set.error ?? clear.error;
  const submit = (): void => {
    if (frozen) clear.mutate({ reason });
    else set.mutate({ reason, until: minutes === "" ? null : new Date(Date.now() + Number(minutes) * 60_000).toISOString() });
  };
  return (
    <Dialog open={open} onClose={onClose} label={frozen ? "End the freeze" : "Freeze new moves"}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <h2 className="title">{frozen ? "End the freeze" : "Freeze new moves"}</h2>
        <p className="t2">
          {frozen
            ? "Moves that waited begin again."
            : "Nothing new begins. What runs now ends, and abort and roll back always work."}
        </p>
        <label>
          Reason
          <textarea value={reason} onChange={(event) => setReason(event.target.value)} required={!frozen} />
        </label>
        {frozen ? null : (
          <label>
            Ends
            <select value={minutes} onChange={(event) => setMinutes(event.target.value)}>
              {ENDS.map(([value, label]) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </select>
          </label>
        )}
        {error ? <Problem error={error} /> : null}
        <CommandLine text={frozen ? "geostitch unfreeze" : `geostitch freeze --reason ${JSON.stringify(reason)}`} />
        <div className="row g8" style={{ justifyContent: "end" }}>
          <button type="button" className="ctl lg" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="ctl lg primary" disabled={set.isPending || clear.isPending}>
            {frozen ? "Unfreeze" : "Freeze new moves"}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
