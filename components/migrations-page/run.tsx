"use client";

import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "../ui/link.tsx";
import { useEffect, useState } from "react";
import type { MigrationDto } from "../../server/api/shapes/index.ts";
import { useTRPC } from "../trpc/client.ts";
import { duration, percent } from "../ui/format.ts";
import { CommandLine, Dialog, Loading, Problem, useNow } from "../ui/parts.tsx";
import { usePlaceNames } from "../ui/place-name.tsx";
import { Status } from "../ui/status.tsx";
import { actionsOf, hasEnded, progressShare } from "./prepare.ts";
import { RunChart } from "./run-chart.tsx";
import { RunMap } from "./run-map.tsx";
import { CopyCard, EventsCard, PauseCard, ReceiptCard } from "./run-cards.tsx";
import { StepTrack } from "./step-track.tsx";

export function RunPage({ id }: { id: string }) {
  const migration = useQuery({
    ...useTRPC().migrations.get.queryOptions({ id }),
    refetchInterval: (query) => (query.state.data && hasEnded(query.state.data) ? 30_000 : 1_500),
  });
  if (migration.data) return <Run migration={migration.data} />;
  return (
    <main className="page">
      <h1 className="title">Run {id}</h1>
      {migration.error ? (
        <Problem error={migration.error} retry={() => void migration.refetch()} />
      ) : (
        <Loading what={`run ${id}`} height={320} />
      )}
    </main>
  );
}

function Run({ migration }: { migration: MigrationDto }) {
  const now = useNow(250);
  const nameOf = usePlaceNames();
  const share = progressShare(migration);
  useEffect(() => {
    document.title = hasEnded(migration)
      ? `${migration.component} ${migration.state} · Geostitch`
      : `${percent(share)} ${migration.component} · Geostitch`;
  }, [migration, share]);
  return (
    <main className="page">
      <div className="row g12 wrap">
        <span className="mono t2 f12">{migration.id}</span>
        <Status state={migration.state} chip />
        {migration.rollbackOf === null ? null : (
          <Link className="link" href={`/migrations/${migration.rollbackOf}`}>
            brings back {migration.rollbackOf}
          </Link>
        )}
        {migration.rolledBackBy === null ? null : (
          <Link className="link" href={`/migrations/${migration.rolledBackBy}`}>
            brought back by {migration.rolledBackBy}
          </Link>
        )}
        <span className="t2 f12">
          asked by {migration.requestedBy.name}
          {migration.reason === "" ? "" : `: ${migration.reason}`}
        </span>
      </div>
      <div className="row g16 wrap sb">
        <div className="row g16 wrap">
          <h1 className="title">
            {migration.component}{" "}
            <span className="t2" style={{ fontWeight: 500 }} title={migration.from}>
              {nameOf(migration.from)} →
            </span>{" "}
            <span title={migration.to}>{nameOf(migration.to)}</span>
          </h1>
          <span className="f16 t2">{duration(migration.createdAt, migration.endedAt, now)}</span>
          {hasEnded(migration) ? null : (
            <>
              <span className="bar" style={{ width: 120 }} aria-hidden="true">
                <span style={{ width: `${share * 100}%`, background: "var(--live)" }} />
              </span>
              <span className="s">{percent(share)}</span>
            </>
          )}
        </div>
        <RunActions migration={migration} />
      </div>
      {migration.waitingFor ? <p className="note info">Waits: {migration.waitingFor.message}</p> : null}
      {migration.error ? <p className={migration.state === "failed" ? "note crit" : "note warn"}>{migration.error}</p> : null}
      <StepTrack migration={migration} now={now} />
      <div className="cols">
        <div className="col14">
          <RunMap migration={migration} />
          <RunChart migration={migration} />
        </div>
        <div className="col14">
          {hasEnded(migration) ? <ReceiptCard migration={migration} /> : null}
          <PauseCard migration={migration} now={now} />
          <CopyCard migration={migration} />
          <EventsCard migration={migration} />
        </div>
      </div>
      <CommandLine
        text={hasEnded(migration) ? `geostitch get migration ${migration.id} -o json` : `geostitch watch ${migration.id}`}
      />
    </main>
  );
}

function RunActions({ migration }: { migration: MigrationDto }) {
  const trpc = useTRPC();
  const [asking, setAsking] = useState<"abort" | "rollback" | null>(null);
  const [reason, setReason] = useState("");
  const close = { onSuccess: () => setAsking(null) };
  const abort = useMutation({ ...trpc.migrations.abort.mutationOptions(), ...close });
  const rollback = useMutation({ ...trpc.migrations.rollback.mutationOptions(), ...close });
  const actions = actionsOf(migration, usePlaceNames());
  const chosen = asking === null ? null : actions[asking];
  const error = asking === "abort" ? abort.error : rollback.error;
  return (
    <div className="col" style={{ alignItems: "end", gap: 4 }}>
      <div className="row g8">
        <button type="button" className="ctl lg danger" disabled={actions.abort.off !== null} onClick={() => setAsking("abort")}>
          {actions.abort.label}
        </button>
        <button type="button" className="ctl lg" disabled={actions.rollback.off !== null} onClick={() => setAsking("rollback")}>
          {actions.rollback.label}
        </button>
      </div>
      <span className="f12 t2">{[actions.abort.off, actions.rollback.off].filter((why) => why !== null).join(" ")}</span>
      <Dialog open={asking !== null} onClose={() => setAsking(null)} label={chosen?.label ?? ""}>
        <form
          className="form"
          onSubmit={(event) => {
            event.preventDefault();
            (asking === "abort" ? abort : rollback).mutate({ id: migration.id, reason });
          }}
        >
          <h2 className="title">{chosen?.label}</h2>
          <p className="t2">
            {asking === "abort"
              ? "The source goes on serving, at a new epoch. Nothing is lost."
              : "A move in the other direction, with everything written since. Requests wait for a moment again."}
          </p>
          <label>
            Reason
            <textarea value={reason} onChange={(event) => setReason(event.target.value)} />
          </label>
          {error ? <Problem error={error} /> : null}
          <div className="row g8" style={{ justifyContent: "end" }}>
            <button type="button" className="ctl lg" onClick={() => setAsking(null)}>
              Cancel
            </button>
            <button type="submit" className="ctl lg primary" disabled={abort.isPending || rollback.isPending}>
              {asking === "abort" ? "Abort the move" : "Roll back the move"}
            </button>
          </div>
        </form>
      </Dialog>
    </div>
  );
}
