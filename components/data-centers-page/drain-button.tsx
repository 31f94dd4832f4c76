"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useState } from "react";
import type { ShownPlace } from "../time/as-of.ts";
import { useTRPC } from "../trpc/client.ts";
import { Link } from "../ui/link.tsx";
import { Problem } from "../ui/parts.tsx";
import { usePlaceNames } from "../ui/place-name.tsx";
import { ReasonDialog } from "../ui/reason-dialog.tsx";
import { useOffReason } from "../ui/use-role.ts";
import { drainProgress } from "./loss.ts";

/** Empties a data centre, by a plan; once it is asked for, how far it has come and how to end it. */
export function DrainButton({ place }: { place: ShownPlace }) {
  const off = useOffReason("operator");
  const [asking, setAsking] = useState(false);
  const { drain } = place.status;
  if (drain === null) {
    return (
      <>
        <button type="button" className="ctl" disabled={off !== null} title={off ?? undefined} onClick={() => setAsking(true)}>
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
      <EndDrain name={place.metadata.name} off={off} />
    </span>
  );
}

function EndDrain({ name, off }: { name: string; off: string | null }) {
  const queries = useQueryClient();
  const end = useMutation({
    ...useTRPC().dataCenters.undrain.mutationOptions(),
    onSuccess: () => void queries.invalidateQueries(),
  });
  return (
    <>
      <button
        type="button"
        className="ctl"
        disabled={off !== null || end.isPending}
        title={off ?? undefined}
        onClick={() => end.mutate({ name })}
      >
        End drain
      </button>
      {end.error ? <Problem error={end.error} /> : null}
    </>
  );
}

function DrainDialog({ place, open, onClose }: { place: ShownPlace; open: boolean; onClose: () => void }) {
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
