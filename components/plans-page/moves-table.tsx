"use client";

import { IconArrowNarrowRight } from "@tabler/icons-react";
import type { PlanDto } from "../../server/api/shapes/index.ts";
import { milliseconds, number } from "../ui/format.ts";
import { Link } from "../ui/link.tsx";
import { usePlaceNames } from "../ui/place-name.tsx";
import { Glyph, Status } from "../ui/status.tsx";
import { movesDone, partInWords } from "./prepare-detail.ts";
import { shortName } from "./prepare.ts";
import { TableFoot } from "../ui/data-table.tsx";

interface MovesTableProps {
  readonly plan: PlanDto;
  readonly selected: string;
  readonly select: (component: string) => void;
}

/** The moves in the order in which they run, each with its part of the gain and its run. */
export function MovesTable({ plan, selected, select }: MovesTableProps) {
  const nameOf = usePlaceNames();
  const { ended } = movesDone(plan);
  const most = Math.max(1, ...plan.moves.map(({ gain }) => gain.sharePercent));
  return (
    <section>
      <h2 className="hd">
        Moves{" "}
        <span className="sub">
          {ended > 0 || plan.state === "running"
            ? `${ended} of ${plan.moves.length} ended`
            : `${plan.moves.length}, in this order`}
        </span>
      </h2>
      <div className="tablewrap" tabIndex={0} role="region" aria-label="Moves of this plan">
        <table className="dense moves">
          <thead>
            <tr>
              <th className="r">No.</th>
              <th>Component</th>
              <th>From, to</th>
              <th className="hide-s">Gain</th>
              <th className="r">p95 ms</th>
              <th className="r">Pause</th>
              <th>State</th>
            </tr>
          </thead>
          <tbody>
            {plan.moves.map((move, index) => (
              <tr key={move.component} className={move.component === selected ? "on" : ""} data-link>
                <td className="r t3">{index + 1}</td>
                <td>
                  <button
                    type="button"
                    className="link m"
                    aria-pressed={move.component === selected}
                    title={move.component}
                    onClick={() => select(move.component)}
                  >
                    {shortName(move.component)}
                  </button>
                </td>
                <td>
                  <span className="row g4">
                    {nameOf(move.from)}
                    <IconArrowNarrowRight size={13} stroke={1.6} color="var(--text-3)" aria-label="to" />
                    {nameOf(move.to)}
                  </span>
                </td>
                <td className="hide-s">
                  <span className="row g8">
                    <span className="bar" style={{ width: 40 }} aria-hidden="true">
                      <span
                        style={{ width: `${(Math.max(0, move.gain.sharePercent) / most) * 100}%`, background: "var(--plan)" }}
                      />
                    </span>
                    <span className="t2">{partInWords(move.gain.sharePercent)}</span>
                  </span>
                </td>
                <td className="r">
                  {move.before.latencyMsP95 === null || move.after.latencyMsP95 === null ? (
                    "–"
                  ) : (
                    <>
                      <span className="t3">{number(Math.round(move.before.latencyMsP95))} → </span>
                      {number(Math.round(move.after.latencyMsP95))}
                    </>
                  )}
                </td>
                <td className="r t2">{move.predictedPauseMs.p50 === 0 ? "none" : milliseconds(move.predictedPauseMs.p50)}</td>
                <td>
                  <MoveState migration={move.migration} state={move.migrationState} isWaiting={plan.state === "proposed"} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <TableFoot
        name={`moves-${plan.id}`}
        rows={plan.moves}
        command={`geostitch get plan ${plan.id} -o json`}
        path={`/plans/${plan.id}`}
      />
    </section>
  );
}

function MoveState({ migration, state, isWaiting }: { migration: string | null; state: string | null; isWaiting: boolean }) {
  if (migration === null)
    return (
      <span className="st t2">
        <Glyph meaning={isWaiting ? "plan" : "neutral"} />
        {isWaiting ? "Planned" : "Not begun"}
      </span>
    );
  return (
    <Link className="link" href={`/migrations/${migration}`} aria-label={`Run ${migration}, ${state ?? "unknown"}`}>
      <Status state={state ?? "pending"} />
    </Link>
  );
}
