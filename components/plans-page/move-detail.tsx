"use client";

import type { PlanDto, PlanMoveDto } from "../../server/api/shapes/index.ts";
import { bytes, milliseconds, number, usdPerHour } from "../ui/format.ts";
import { Link } from "../ui/link.tsx";
import { usePlaceNames } from "../ui/place-name.tsx";
import { Alternatives } from "./alternatives.tsx";
import { partInWords } from "./prepare-detail.ts";
import { UsersNotice } from "./users-notice.tsx";
import { usersSentence } from "./prepare.ts";
import { WhyWaterfall } from "./why-waterfall.tsx";

/** Everything that is known of one move of a plan. */
export function MoveDetail({ plan, move }: { plan: PlanDto; move: PlanMoveDto }) {
  const nameOf = usePlaceNames();
  return (
    <>
      {plan.moves.length > 1 ? (
        <section aria-label={`Move of ${move.component}`}>
          <h2 className="hd" style={{ fontSize: 14 }}>
            <Link className="link" href={`/components/${move.component}?tab=why`}>
              {move.component}
            </Link>
            <span className="sub">
              {nameOf(move.from)} → {nameOf(move.to)}
            </span>
          </h2>
          <p className="t2">{usersSentence(move)}</p>
          <p className="f12 t3">{factsOf(move)}</p>
        </section>
      ) : null}
      <UsersNotice move={move} />
      <div className="plantwo">
        <WhyWaterfall plan={plan} move={move} />
        <Alternatives move={move} />
      </div>
      {plan.moves.length > 1 ? null : <p className="f12 t3">{factsOf(move)}</p>}
    </>
  );
}

function factsOf(move: PlanMoveDto): string {
  const { gain, stateBytes, costUsd, predictedPauseMs } = move;
  const state = stateBytes === 0 ? "keeps no state" : `copies ${bytes(stateBytes)}`;
  const pause =
    predictedPauseMs.p50 === 0
      ? "no pause"
      : `pause about ${milliseconds(predictedPauseMs.p50)}, 9 of 10 under ${milliseconds(predictedPauseMs.p90)}`;
  return `${partInWords(gain.sharePercent)} of the plan’s gain, ${usdPerHour(gain.usdPerHour)}; ${state}, ${pause}, costs ${number(costUsd)} $ once.`;
}
