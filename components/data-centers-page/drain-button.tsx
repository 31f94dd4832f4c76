"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useState } from "react";
import type { DataCenterDto } from "../../server/api/shapes/index.ts";
import { useTRPC } from "../trpc/client.ts";
import { Link } from "../ui/link.tsx";
import { Problem } from "../ui/parts.tsx";
import { usePlaceNames } from "../ui/place-name.tsx";
import { ReasonDialog } from "../ui/reason-dialog.tsx";
import { useRole } from "../ui/use-role.ts";
import { drainProgress } from "./loss.ts";

/** Empties a data centre, by a plan; once it is asked for, how far it has come and how to end it. */
export function DrainButton({ place }: { place: DataCenterDto }) {
  const role = useRole();
  const [asking, setAsking] = useState(false);
  const { drain } = place.status;
  const mayNot = role === null || role === "viewer";
  if (drain === null) {
    return (
      <>
        <button
          type="button"
          className="ctl"
          disabled={mayNot}
          title={mayNot ? "An operator may drain it." : undefined}
          onClick={() => setAsking(true)}
        >
          Drain
        </button>
        <DrainDialog place={place} open={asking} onClose={() => setAsking(false)} />
      </>
    );
  }
  return (
    <span className="row g8 nw">
      <span>{drainProgress(drain)}</span>
      {drain.plan === null ? null : (
        <Link className="link" href={`/plans/${drain.plan}`}>
          Plan
        </Link>
      )}
      <EndDrain name={place.metadata.name} disabled={mayNot} />
    </span>
  );
}

function EndDrain({ name, disabled }: { name: string; disabled: boolean }) {
  const queries = useQueryClient();
  const end = useMutation({
    ...useTRPC().dataCenters.undrain.mutationOptions(),
    onSuccess: () => void queries.invalidateQueries(),
  });
  return (
    <>
      <button type="button" className="ctl" disabled={disabled || end.isPending} onClick={() => end.mutate({ name })}>
        End drain
      </button>
      {end.error ? <Problem error={end.error} /> : null}
    </>
  );
}

function DrainDialog({ place, open, onClose }: { place: DataCenterDto; open: boolean; onClose: () => void }) {
  const router = useRouter();
  const nameOf = usePlaceNames();
  const queries = useQueryClient();
  const { name } = place.metadata;
  const drain = useMutation({
    ...useTRPC().dataCenters.drain.mutationOptions(),
    onSuccess: (plan) => {
      void queries.invalidateQueries();
      router.push(`/plans/${plan.id}`);
    },
  });
  return (
    <ReasonDialog
      open={open}
      onClose={onClose}
      label={`Drain ${nameOf(name)}`}
      words="From now on it takes nothing new. What runs there is planned elsewhere; the plan waits for approval, and what cannot move says why."
      command={(reason) => `geostitch drain ${name} --reason ${reason}`}
      confirm={drain.isPending ? "Planning" : "Drain and plan"}
      run={drain}
      act={(reason, done) => drain.mutate({ name, reason }, done)}
    />
  );
}
