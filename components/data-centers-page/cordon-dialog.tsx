"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { DataCenterDto } from "../../server/api/shapes/index.ts";
import { roleAtLeast } from "../../server/identity/domain/roles.ts";
import { useTRPC } from "../trpc/client.ts";
import { CommandLine, Dialog, Problem } from "../ui/parts.tsx";
import { useRole } from "../ui/use-role.ts";
import { cordonManifest } from "./prepare.ts";

/** Cordons a place, or opens it again: its manifest is applied with that one field changed. */
export function Cordon({ place }: { place: DataCenterDto }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const isAllowed = roleAtLeast(useRole(), "administrator");
  const apply = useMutation({
    ...trpc.registry.applyManifests.mutationOptions(),
    onSuccess: () => setAsking(false),
    onSettled: () => queries.invalidateQueries({ queryKey: trpc.dataCenters.pathKey() }),
  });
  const { cordoned } = place.spec;
  const name = place.spec.location.city ?? place.metadata.name;
  const close = (): void => {
    apply.reset();
    setAsking(false);
  };
  return (
    <>
      <button
        type="button"
        className="ctl"
        disabled={!isAllowed}
        title={isAllowed ? undefined : "Needs the role administrator"}
        onClick={() => setAsking(true)}
      >
        {cordoned ? "Uncordon…" : "Cordon…"}
      </button>
      <Dialog open={asking} onClose={close} label={cordoned ? "Uncordon a data centre" : "Cordon a data centre"}>
        <form
          className="form"
          onSubmit={(event) => {
            event.preventDefault();
            apply.mutate({ manifests: [cordonManifest(place, !cordoned)] });
          }}
        >
          <h2 className="title">{cordoned ? `Uncordon ${name}` : `Cordon ${name}`}</h2>
          <p className="t2">
            {cordoned
              ? "Plans and moves may bring components here again."
              : "What runs here keeps serving. Nothing new comes: no plan and no move may choose it."}
          </p>
          {apply.error ? <Problem error={apply.error} /> : null}
          <CommandLine text={`geostitch apply -f ${place.metadata.name}.yaml   # spec.cordoned: ${String(!cordoned)}`} />
          <div className="row g8" style={{ justifyContent: "end" }}>
            <button type="button" className="ctl lg" onClick={close}>
              Cancel
            </button>
            <button type="submit" className="ctl lg primary" disabled={apply.isPending}>
              {cordoned ? "Uncordon" : "Cordon"}
            </button>
          </div>
        </form>
      </Dialog>
    </>
  );
}
