"use client";

import { useMutation, useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import { useTRPC } from "../trpc/client.ts";
import { number } from "../ui/format.ts";
import { usePlaceNames } from "../ui/place-name.tsx";
import { ReasonDialog } from "../ui/reason-dialog.tsx";

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
  const { component = "", from = "", to: chosen = "" } = target ?? {};
  useEffect(() => setTo(chosen), [chosen]);
  const create = useMutation(trpc.migrations.create.mutationOptions());
  const distance = (name: string): string => {
    const pair = matrix.data?.find((entry) => entry.from === from && entry.to === name);
    return pair ? `${number(pair.rttMs)} ms${pair.estimated ? ", estimated" : ""}` : "";
  };
  return (
    <ReasonDialog
      open={target !== null}
      onClose={onClose}
      label="Migrate a component"
      title={`Migrate ${component}`}
      words={`From ${nameOf(from)}. It keeps serving: requests wait for a moment while the last writes follow.`}
      before={
        <label>
          To
          <select value={to} onChange={(event) => setTo(event.target.value)} required>
            <option value="">Choose a data centre</option>
            {(places.data ?? [])
              .filter((place) => place.metadata.name !== from)
              .map((place) => (
                <option key={place.metadata.name} value={place.metadata.name} disabled={place.status.state !== "ready"}>
                  {place.spec.location.city ?? place.metadata.name} · {place.metadata.name} · {distance(place.metadata.name)}
                  {place.status.state === "ready" ? "" : ` · ${place.status.state}`}
                </option>
              ))}
          </select>
        </label>
      }
      reason="optional"
      placeholder="Closer to its users"
      command={() => `geostitch migrate ${component} --from ${from} --to ${to === "" ? "…" : to}`}
      confirm={create.isPending ? "Asking" : "Migrate"}
      isReady={to !== ""}
      run={create}
      act={(reason, done) =>
        create.mutate(
          { component, from, to, reason },
          {
            // Closing may write to the address: it comes before the way to another page.
            onSuccess: ({ id }) => {
              done.onSuccess();
              router.push(`/migrations/${id}`);
            },
          },
        )
      }
    />
  );
}
