"use client";

import { useQuery } from "@tanstack/react-query";
import { IconArrowLeft, IconLink, IconMap2 } from "@tabler/icons-react";
import { parseAsString, useQueryState } from "nuqs";
import type { PlanDto } from "../../server/api/shapes/index.ts";
import { useTRPC } from "../trpc/client.ts";
import { useLive } from "../trpc/live.tsx";
import { Time } from "../ui/time.tsx";
import { Link } from "../ui/link.tsx";
import { Loading, Problem } from "../ui/parts.tsx";
import { usePlaceNames } from "../ui/place-name.tsx";
import { Glyph, meaningOf, wordOf } from "../ui/status.tsx";
import { useCopied } from "../ui/use-copied.ts";
import { DecideBar } from "./decide-bar.tsx";
import { DrainStays } from "./drain-stays.tsx";
import { MoveDetail } from "./move-detail.tsx";
import { MovesTable } from "./moves-table.tsx";
import { PlanReceipt } from "./plan-receipt.tsx";
import { PlanSide } from "./plan-side.tsx";
import { PlanTiles } from "./plan-tiles.tsx";
import { hasRun, isRunning, leadingMove, titleOf, usersSentence } from "./prepare.ts";

export function PlanPage({ id }: { id: string }) {
  const plan = useQuery({
    ...useTRPC().plans.get.queryOptions({ id }),
    refetchInterval: (query) => (query.state.data && isRunning(query.state.data) ? 2_000 : 10_000),
  });
  if (plan.data) return <Plan plan={plan.data} />;
  return (
    <section className="planmain" aria-label={`Plan ${id}`}>
      <div className="planscroll">
        <BackToList />
        <h1 className="title">Plan {id}</h1>
        {plan.error ? (
          <Problem error={plan.error} retry={() => void plan.refetch()} />
        ) : (
          <Loading what={`plan ${id}`} height={420} />
        )}
      </div>
    </section>
  );
}

function Plan({ plan }: { plan: PlanDto }) {
  const [chosen, setChosen] = useQueryState("move", parseAsString);
  const { connected } = useLive();
  const nameOf = usePlaceNames();
  const move = plan.moves.find(({ component }) => component === chosen) ?? leadingMove(plan);
  const isTable = plan.moves.length > 1 || isRunning(plan) || hasRun(plan);
  return (
    <>
      <section className="planmain" aria-label={`Plan ${plan.id}`}>
        <div className={connected ? "planscroll" : "planscroll stale"}>
          <BackToList />
          <PlanHead plan={plan} />
          {hasRun(plan) ? <PlanReceipt plan={plan} /> : null}
          {move ? (
            <PlanTiles plan={plan} move={move} />
          ) : (
            <p className="note info">{plan.note ?? "No move would gain more than it costs."}</p>
          )}
          {isTable && move ? (
            <MovesTable plan={plan} selected={move.component} select={(component) => void setChosen(component)} />
          ) : null}
          {move ? <MoveDetail plan={plan} move={move} /> : null}
          <DrainStays plan={plan} nameOf={nameOf} />
        </div>
        <DecideBar key={plan.id} plan={plan} />
      </section>
      <PlanSide plan={plan} />
    </>
  );
}

/** On a screen too narrow for both, the inbox is a page of its own. */
function BackToList() {
  return (
    <Link href="/plans" className="link f12 row g4 planback">
      <IconArrowLeft size={14} stroke={1.8} aria-hidden="true" />
      All plans
    </Link>
  );
}

function PlanHead({ plan }: { plan: PlanDto }) {
  const nameOf = usePlaceNames();
  const move = leadingMove(plan);
  return (
    <header>
      <div className="row g8 f12 planhead">
        <span className="mono t2 nw">{plan.id}</span>
        <span className={plan.state === "proposed" ? "chip plan" : "chip"}>
          <Glyph meaning={meaningOf(plan.state)} />
          {wordOf(plan.state)}
        </span>
        <span className="t3 nw">
          proposed <Time at={plan.createdAt} as="minute" /> by{" "}
          {plan.proposedBy.kind === "system" ? `the ${plan.proposedBy.name}` : plan.proposedBy.name}
        </span>
        <span className="grow" />
        <Link className="ctl ghost" href={`/?plan=${plan.id}`}>
          <IconMap2 size={14} stroke={1.6} aria-hidden="true" />
          On the map
        </Link>
        <CopyLink />
      </div>
      <h1 className="title" style={{ marginTop: 6 }} title={plan.summary}>
        {titleOf(plan, nameOf)}
      </h1>
      {move ? <p className="f14 t2">{usersSentence(move)}</p> : null}
    </header>
  );
}

function CopyLink() {
  const [copied, copy] = useCopied();
  return (
    <button
      type="button"
      className="ctl ghost icon"
      onClick={() => copy(window.location.href)}
      aria-label={copied ? "Link copied" : "Copy link"}
      title="Copy link"
    >
      <IconLink size={15} stroke={1.6} aria-hidden="true" />
    </button>
  );
}
