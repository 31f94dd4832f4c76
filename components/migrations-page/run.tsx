"use client";

import { useQuery } from "@tanstack/react-query";
import { IconDownload, IconLink } from "@tabler/icons-react";
import { useEffect, useMemo } from "react";
import type { MigrationDto } from "../../server/api/shapes/index.ts";
import { useTRPC } from "../trpc/client.ts";
import { duration, number, percent } from "../ui/format.ts";
import { Link } from "../ui/link.tsx";
import { CommandLine, Loading, Problem, useNow } from "../ui/parts.tsx";
import { usePlaceNames } from "../ui/place-name.tsx";
import { Glyph, meaningOf, wordOf } from "../ui/status.tsx";
import { useCopied } from "../ui/use-copied.ts";
import { CanaryCard } from "./canary-card.tsx";
import { comparableRuns, usualPause, usualSteps } from "./past-runs.ts";
import { hasEnded, progressShare, stepOfAll } from "./prepare.ts";
import { RunActions } from "./run-actions.tsx";
import { CopyCard, EventsCard, PauseCard, ReceiptCard } from "./run-cards.tsx";
import { RunChart } from "./run-chart.tsx";
import { RunMap } from "./run-map.tsx";
import { StepTrack } from "./step-track.tsx";
import { TrafficSplit } from "./traffic-split.tsx";

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
  const ended = hasEnded(migration);
  const all = useQuery({ ...useTRPC().migrations.list.queryOptions({ limit: 200 }), staleTime: 60_000 }).data;
  const past = useMemo(() => comparableRuns(migration, all ?? []), [migration, all]);
  const usual = useMemo(() => usualSteps(past), [past]);
  useTitle(migration);
  return (
    <main className={ended ? "page ended" : "page"}>
      <RunHead migration={migration} now={now} />
      {migration.waitingFor ? <p className="note info">Waits: {migration.waitingFor.message}</p> : null}
      {migration.error ? <p className={migration.state === "failed" ? "note crit" : "note warn"}>{migration.error}</p> : null}
      <StepTrack migration={migration} usual={usual} now={now} />
      <div className="cols">
        <div className="col14">
          <RunMap migration={migration} />
          <RunChart migration={migration} />
          {ended ? <ReceiptLinks migration={migration} /> : <TrafficSplit migration={migration} />}
          <CanaryCard migration={migration} />
          {migration.recovery ? <RecoveryNote recovery={migration.recovery} /> : null}
        </div>
        <div className="col14">
          {ended ? <ReceiptCard migration={migration} /> : <PauseCard migration={migration} usual={usualPause(past)} now={now} />}
          <CopyCard migration={migration} />
          <EventsCard migration={migration} />
          <CommandLine text={ended ? `geostitch get migration ${migration.id} -o json` : `geostitch watch ${migration.id}`} />
        </div>
      </div>
    </main>
  );
}

/** What was given up with a lost data centre, and where the rest of it lies. */
function RecoveryNote({ recovery }: { recovery: NonNullable<MigrationDto["recovery"]> }) {
  return (
    <div className="note warn col" style={{ gap: 4 }}>
      <span>Given up: {recovery.loss}</span>
      {recovery.salvage.map(({ instance, dataCenter, folder }) => (
        <span key={instance}>
          What {instance} kept stays on the host of {dataCenter}, in <span className="mono">{folder}</span>.
        </span>
      ))}
    </div>
  );
}

function useTitle(migration: MigrationDto): void {
  const share = progressShare(migration);
  useEffect(() => {
    const state = hasEnded(migration) ? wordOf(migration.state).toLowerCase() : percent(share);
    document.title = `${migration.component} ${state} · Geostitch`;
  }, [migration, share]);
}

function RunHead({ migration, now }: { migration: MigrationDto; now: number }) {
  const nameOf = usePlaceNames();
  const share = progressShare(migration);
  const ended = hasEnded(migration);
  const moving = migration.state === "running" ? `Moving, ${stepOfAll(migration)}` : wordOf(migration.state);
  return (
    <div className="row g16 wrap sb" style={{ alignItems: "start" }}>
      <div className="col g6">
        <div className="row g10 wrap">
          <span className="mono t2 f12">{migration.id}</span>
          <span className={ended ? "chip" : "chip live"}>
            <Glyph meaning={meaningOf(migration.state)} />
            {moving}
          </span>
          <Related migration={migration} />
          <span className="t2 f12">
            asked by {migration.requestedBy.name}
            {migration.reason === "" ? "" : `: ${migration.reason}`}
          </span>
        </div>
        <div className="row g16 wrap">
          <h1 className="title">
            <Link href={`/components/${migration.component}`}>{migration.component}</Link>{" "}
            <span className="t2" style={{ fontWeight: 500 }} title={migration.from}>
              {nameOf(migration.from)} →
            </span>{" "}
            <span title={migration.to}>{nameOf(migration.to)}</span>
          </h1>
          <span className="f16 t2">{duration(migration.createdAt, migration.endedAt, now)}</span>
          {ended ? null : (
            <span className="row g10">
              <span className="bar" style={{ width: 112 }} aria-hidden="true">
                <span style={{ width: `${share * 100}%`, background: "var(--live)" }} />
              </span>
              <span className="s">{number(Math.round(share * 100))} %</span>
            </span>
          )}
        </div>
      </div>
      <RunActions migration={migration} />
    </div>
  );
}

function Related({ migration }: { migration: MigrationDto }) {
  return (
    <>
      {migration.plan === null ? null : (
        <Link className="link f12" href={`/plans/${migration.plan}`}>
          plan {migration.plan}
        </Link>
      )}
      {migration.rollbackOf === null ? null : (
        <Link className="link f12" href={`/migrations/${migration.rollbackOf}`}>
          brings back {migration.rollbackOf}
        </Link>
      )}
      {migration.rolledBackBy === null ? null : (
        <Link className="link f12" href={`/migrations/${migration.rolledBackBy}`}>
          brought back by {migration.rolledBackBy}
        </Link>
      )}
    </>
  );
}

function ReceiptLinks({ migration }: { migration: MigrationDto }) {
  const [copied, copy] = useCopied();
  return (
    <div className="row g8">
      <button type="button" className="ctl" onClick={() => copy(window.location.href)}>
        <IconLink size={15} stroke={1.6} aria-hidden="true" />
        {copied ? "Copied" : "Copy receipt link"}
      </button>
      <a className="ctl" href={`/api/v1/migrations/${migration.id}`} download={`${migration.id}.json`}>
        <IconDownload size={15} stroke={1.6} aria-hidden="true" />
        JSON
      </a>
    </div>
  );
}
