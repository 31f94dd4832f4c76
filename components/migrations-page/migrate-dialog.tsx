"use client";

import { useMutation, useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import { useTRPC } from "../trpc/client.ts";
import { number } from "../ui/format.ts";
import { CommandLine, Dialog, Problem } from "../ui/parts.tsx";
import { usePlaceNames } from "../ui/place-name.tsx";

export interface MigrateTarget {
  readonly component: string;
  readonly from: string;
  /** Where to, as it was chosen before. */
  readonly to?: string;
}

/** Asks where to; the server answers with the reason when a constraint refuses. */
export function MigrateDialog({ target, onClose }: { target: MigrateTarget | null; onClose: () => void }) {
  const trpc = useTRPC();
  const router = useRouter();
  const places = useQuery(trpc.dataCenters.list.queryOptions());
  const matrix = useQuery(trpc.links.matrix.queryOptions());
  const nameOf = usePlaceNames();
  const [to, setTo] = useState("");
  const [reason, setReason] = useState("");
  const chosen = target?.to ?? "";
  useEffect(() => setTo(chosen), [chosen]);
  const create = useMutation({
    ...trpc.migrations.create.mutationOptions(),
    onSuccess: (migration) => {
      onClose();
      router.push(`/migrations/${migration.id}`);
    },
  });
  const close = (): void => {
    create.reset();
    onClose();
  };
  const distance = (name: string): string => {
    const pair = matrix.data?.find((entry) => entry.from === target?.from && entry.to === name);
    return pair ? `${number(pair.rttMs)} ms${pair.estimated ? ", estimated" : ""}` : "";
  };
  return (
    <Dialog open={target !== null} onClose={close} label="Migrate a component">
      {target === null ? null : (
        <form
          className="form"
          onSubmit={(event) => {
            event.preventDefault();
            create.mutate({ component: target.component, from: target.from, to, reason });
          }}
        >
          <h2 className="title">Migrate {target.component}</h2>
          <p className="t2">
            From {nameOf(target.from)}. It keeps serving: requests wait for a moment while the last writes follow.
          </p>
          <label>
            To
            <select value={to} onChange={(event) => setTo(event.target.value)} required>
              <option value="">Choose a data centre</option>
              {(places.data ?? [])
                .filter((place) => place.metadata.name !== target.from)
                .map((place) => (
                  <option key={place.metadata.name} value={place.metadata.name} disabled={place.status.state !== "ready"}>
                    {place.spec.location.city ?? place.metadata.name} · {place.metadata.name} · {distance(place.metadata.name)}
                    {place.status.state === "ready" ? "" : ` · ${place.status.state}`}
                  </option>
                ))}
            </select>
          </label>
          <label>
            Reason
            <textarea value={reason} onChange={(event) => setReason(event.target.value)} placeholder="Closer to its users" />
          </label>
          {create.error ? <Problem error={create.error} /> : null}
          <CommandLine text={`geostitch migrate ${target.component} --from ${target.from} --to ${to === "" ? "…" : to}`} />
          <div className="row g8" style={{ justifyContent: "end" }}>
            <button type="button" className="ctl lg" onClick={close}>
              Cancel
            </button>
            <button type="submit" className="ctl lg primary" disabled={to === "" || create.isPending}>
              {create.isPending ? "Asking" : "Migrate"}
            </button>
          </div>
        </form>
      )}
    </Dialog>
  );
}
