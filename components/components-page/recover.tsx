"use client";

import { useMutation, useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useState } from "react";
import type { DataCenterDto } from "../../server/api/shapes/index.ts";
import { lossOfComponent, lostWord } from "../data-centers-page/loss.ts";
import { useTRPC } from "../trpc/client.ts";
import { Options } from "../ui/options.tsx";
import { usePlaceNames } from "../ui/place-name.tsx";
import { ReasonDialog } from "../ui/reason-dialog.tsx";
import { useOffReason } from "../ui/use-role.ts";

/** Stands on the page of a component whose data centre is lost: what becomes of it, and the way out where only a person may take it. */
export function LostComponentNotice({ component }: { component: string }) {
  const nameOf = usePlaceNames();
  const off = useOffReason("approver");
  const [asking, setAsking] = useState(false);
  const places = useQuery({ ...useTRPC().dataCenters.list.queryOptions(), refetchInterval: 5_000 }).data ?? [];
  const found = lossOfComponent(places, component);
  if (found === null) return null;
  const { place, lost } = found;
  return (
    <div className="note crit row g12 wrap" role="status">
      <span className="grow">
        {nameOf(place)} is lost. {lostWord(lost)}: {lost.message}
      </span>
      {lost.outcome === "needs-approver" ? (
        <button
          type="button"
          className="ctl lg danger"
          disabled={off !== null}
          title={off ?? undefined}
          onClick={() => setAsking(true)}
        >
          Recover without it
        </button>
      ) : null}
      <RecoverDialog component={component} loss={lost.message} places={places} open={asking} close={() => setAsking(false)} />
    </div>
  );
}

interface RecoverDialogProps {
  readonly component: string;
  readonly loss: string;
  readonly places: readonly DataCenterDto[];
  readonly open: boolean;
  readonly close: () => void;
}

/** A loss is accepted by writing down what it is a loss of. */
function RecoverDialog({ component, loss, places, open, close }: RecoverDialogProps) {
  const router = useRouter();
  const nameOf = usePlaceNames();
  const [to, setTo] = useState("");
  const [typed, setTyped] = useState("");
  const name = component.split("/")[1] ?? component;
  const recover = useMutation({
    ...useTRPC().components.recover.mutationOptions(),
    onSuccess: (migration) => router.push(`/migrations/${migration.id}`),
  });
  const left = places
    .filter(({ status }) => status.state === "ready" && status.loss === null)
    .map(({ metadata }) => [metadata.name, `${nameOf(metadata.name)} · ${metadata.name}`] as const);
  return (
    <ReasonDialog
      open={open}
      onClose={() => {
        // A loss is typed out each time it is asked for.
        setTyped("");
        close();
      }}
      label={`Recover ${component}`}
      before={
        <>
          <p className="note crit">
            It would lose {loss}. What is written in the lost place until it can be reached is lost with it.
          </p>
          <label>
            To
            <select value={to} onChange={(event) => setTo(event.target.value)} required>
              <Options of={[["", "Choose a data centre"], ...left]} />
            </select>
          </label>
        </>
      }
      command={(reason) => `geostitch recover ${component} --to ${to === "" ? "…" : to} --accept-loss --reason ${reason}`}
      confirm="Recover without its state"
      tone="danger"
      isReady={to !== "" && typed === name}
      run={recover}
      act={(reason, done) => recover.mutate({ component, to, reason, acceptLoss: true }, done)}
    >
      <label>
        Type {name} to accept the loss
        <input value={typed} onChange={(event) => setTyped(event.target.value)} autoComplete="off" required />
      </label>
    </ReasonDialog>
  );
}
