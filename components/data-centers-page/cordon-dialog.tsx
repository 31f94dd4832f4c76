"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { DataCenterDto } from "../../server/api/shapes/index.ts";
import { useTRPC } from "../trpc/client.ts";
import { ReasonDialog } from "../ui/reason-dialog.tsx";
import { useOffReason } from "../ui/use-role.ts";
import { cordonManifest } from "./prepare.ts";

/** Cordons a place, or opens it again: its manifest is applied with that one field changed. */
export function Cordon({ place }: { place: DataCenterDto }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const off = useOffReason("administrator");
  const apply = useMutation({
    ...trpc.registry.applyManifests.mutationOptions(),
    onSettled: () => void queries.invalidateQueries({ queryKey: trpc.dataCenters.pathKey() }),
  });
  const { cordoned } = place.spec;
  const name = place.spec.location.city ?? place.metadata.name;
  return (
    <>
      <button type="button" className="ctl" disabled={off !== null} title={off ?? undefined} onClick={() => setAsking(true)}>
        {cordoned ? "Uncordon…" : "Cordon…"}
      </button>
      <ReasonDialog
        open={asking}
        onClose={() => setAsking(false)}
        label={cordoned ? "Uncordon a data centre" : "Cordon a data centre"}
        title={cordoned ? `Uncordon ${name}` : `Cordon ${name}`}
        words={
          cordoned
            ? "Plans and moves may bring components here again."
            : "What runs here keeps serving. Nothing new comes: no plan and no move may choose it."
        }
        reason="none"
        command={() => `geostitch apply -f ${place.metadata.name}.yaml   # spec.cordoned: ${String(!cordoned)}`}
        confirm={cordoned ? "Uncordon" : "Cordon"}
        run={apply}
        act={(_, done) => apply.mutate({ manifests: [cordonManifest(place, !cordoned)] }, done)}
      />
    </>
  );
}
