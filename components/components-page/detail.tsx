"use client";

import { useQuery } from "@tanstack/react-query";
import { Link } from "../ui/link.tsx";
import { parseAsBoolean, parseAsString, parseAsStringLiteral, useQueryState } from "nuqs";
import { IconArrowsExchange, IconDatabase, IconGitPullRequest, IconServer2 } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import type { ComponentDto, MigrationDto, PlanDto, ScoresDto } from "../../server/api/shapes/index.ts";
import { MigrateDialog, type MigrateTarget } from "../migrations-page/migrate-dialog.tsx";
import { isWaiting } from "../plans-page/prepare.ts";
import { MigrationTable } from "../migrations-page/list.tsx";
import { useTRPC } from "../trpc/client.ts";
import { CommandLine, Loading, Problem } from "../ui/parts.tsx";
import { usePlaceNames } from "../ui/place-name.tsx";
import { Glyph, meaningOf, Status } from "../ui/status.tsx";
import { standingOf } from "../why-here/prepare.ts";
import { WhyHere } from "../why-here/why-here.tsx";
import { UsersServed } from "../world-map/users-served.tsx";
import { Facts, InstanceTable, Neighbours } from "./detail-cards.tsx";
import { LatencyCard } from "./latency-card.tsx";
import { keyOf } from "./prepare.ts";
import { LostComponentNotice } from "./recover.tsx";

export function ComponentPage({ component: key }: { component: string }) {
  const trpc = useTRPC();
  const component = useQuery(trpc.components.get.queryOptions({ component: key }));
  if (component.data) return <Detail component={component.data} />;
  return (
    <main className="page">
      <h1 className="title">{key}</h1>
      {component.error ? (
        <Problem error={component.error} retry={() => void component.refetch()} />
      ) : (
        <Loading what={key} height={320} />
      )}
    </main>
  );
}

function Detail({ component }: { component: ComponentDto }) {
  const key = keyOf(component);
  const trpc = useTRPC();
  // A link may ask for the dialog; once it is open the address is the page's own again.
  const [asked, setAsked] = useQueryState("migrate", parseAsBoolean.withDefault(false));
  const [askedTo, setAskedTo] = useQueryState("to", parseAsString);
  const [migrating, setMigrating] = useState(false);
  const [to, setTo] = useState<string | null>(null);
  useEffect(() => {
    if (!asked) return;
    setMigrating(true);
    setTo(askedTo);
    void Promise.all([setAsked(null), setAskedTo(null)]);
  }, [asked, setAsked, askedTo, setAskedTo]);
  const [tab] = useQueryState("tab", parseAsStringLiteral(["overview", "why"] as const).withDefault("overview"));
  const scores = useQuery(trpc.components.scores.queryOptions({ component: key }));
  const migrations = useQuery(trpc.migrations.list.queryOptions({ component: key, limit: 10 }));
  const planId = scores.data?.plan ?? null;
  const plan = useQuery({ ...trpc.plans.get.queryOptions({ id: planId ?? "" }), enabled: planId !== null }).data ?? null;
  const waiting = plan && isWaiting(plan) ? plan : null;
  const { status, spec } = component;
  const from = status.placements[0]?.dataCenter;
  const target: MigrateTarget | null =
    migrating && from !== undefined && status.migration === null
      ? { component: key, from, ...(to === null ? {} : { to }) }
      : null;
  return (
    <main className="page">
      <div className="row g12 sb componenthead">
        <div className="col g4 grow">
          <nav className="row g6 f12 t2" aria-label="Where this is">
            <Link className="link" href="/components">
              Components
            </Link>
            <span aria-hidden="true">›</span>
            <Link className="link" href={`/components?q=${encodeURIComponent(component.metadata.application)}`}>
              {component.metadata.application}
            </Link>
            <span aria-hidden="true">›</span>
            <span>{component.metadata.name}</span>
          </nav>
          <Headline component={component} scores={scores.data} plan={plan} />
        </div>
        <div className="col" style={{ alignItems: "end", gap: 4 }}>
          <div className="row g8">
            <button
              type="button"
              className={waiting === null ? "ctl lg primary" : "ctl lg"}
              disabled={from === undefined || status.migration !== null}
              onClick={() => setMigrating(true)}
            >
              <IconArrowsExchange size={16} stroke={1.8} aria-hidden="true" />
              Migrate
            </button>
            {waiting === null ? null : (
              <Link className="ctl lg primary" href={`/plans/${waiting.id}`}>
                <IconGitPullRequest size={16} stroke={1.8} aria-hidden="true" />
                Review plan
              </Link>
            )}
          </div>
          {status.migration === null ? null : (
            <Link className="link f12" href={`/migrations/${status.migration}`}>
              It is moving now
            </Link>
          )}
        </div>
      </div>
      <LostComponentNotice component={key} />
      <nav className="tabs" aria-label="Views of this component">
        <Link href={`/components/${key}`} aria-current={tab === "overview" ? "page" : undefined}>
          Overview
        </Link>
        <Link href={`/components/${key}?tab=why`} aria-current={tab === "why" ? "page" : undefined}>
          Why here
        </Link>
      </nav>
      {tab === "why" ? (
        <WhyHere component={key} scores={scores} target={spec.performance.latencyMsP95} migrations={migrations.data ?? []} />
      ) : (
        <Overview component={component} migrations={migrations.data ?? []} />
      )}
      <MigrateDialog
        target={target}
        onClose={() => {
          setMigrating(false);
          setTo(null);
        }}
      />
    </main>
  );
}

function Overview({ component, migrations }: { component: ComponentDto; migrations: readonly MigrationDto[] }) {
  const key = keyOf(component);
  const instances = useQuery(useTRPC().instances.list.queryOptions({ component: key }));
  return (
    <>
      <div className="cols2">
        <div className="col14">
          <LatencyCard component={key} target={component.spec.performance.latencyMsP95} migrations={migrations} />
          <InstanceTable instances={instances.data ?? []} />
          <h2 className="hd">Recent migrations</h2>
          <MigrationTable narrow migrations={migrations} empty={`${key} has not moved yet.`} />
        </div>
        <div className="col14">
          <section className="card pad">
            <UsersServed component={key} />
          </section>
          <Facts component={component} />
          <Neighbours component={component} />
        </div>
      </div>
      <CommandLine text={`geostitch get component ${key}`} />
    </>
  );
}

interface HeadlineProps {
  readonly component: ComponentDto;
  readonly scores: ScoresDto | undefined;
  /** The open plan that moves it. */
  readonly plan: PlanDto | null;
}

/** Name, state, score, plan, place and what it keeps, in one line. */
function Headline({ component, scores, plan }: HeadlineProps) {
  const nameOf = usePlaceNames();
  const { status, spec } = component;
  const standing = scores ? standingOf(scores) : null;
  const places = status.placements.map(
    ({ dataCenter, instances }) => `${nameOf(dataCenter)}, ${instances} ${instances === 1 ? "instance" : "instances"}`,
  );
  return (
    <div className="row g12 wrap">
      <h1 className="title">{keyOf(component)}</h1>
      <Status state={status.state} chip />
      {standing ? (
        <span className="chip">
          <Glyph meaning={standing.meaning} />
          {standing.text}
        </span>
      ) : null}
      {plan ? (
        <Link className={isWaiting(plan) ? "chip plan" : "chip live"} href={`/plans/${plan.id}`}>
          <Glyph meaning={meaningOf(plan.state)} />
          {isWaiting(plan) ? "Plan awaits approval" : "Plan runs"}
        </Link>
      ) : null}
      <span className="row g6 t2">
        <IconServer2 size={15} stroke={1.6} aria-hidden="true" />
        {places.join("; ") || "runs nowhere yet"}
      </span>
      <span className="row g6 t2">
        <IconDatabase size={15} stroke={1.6} aria-hidden="true" />
        {spec.state.kind === "stateless" ? "stateless" : `${spec.state.kind} state`}
      </span>
      <span className="t3">
        version {spec.version}, epoch {status.epoch}
      </span>
    </div>
  );
}
