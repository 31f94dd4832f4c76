"use client";

import { IconBan, IconCheck } from "@tabler/icons-react";
import type { PlanMoveDto } from "../../server/api/shapes/index.ts";
import { number, signed } from "../ui/format.ts";
import { usePlaceNames } from "../ui/place-name.tsx";
import { TableFoot } from "../ui/data-table.tsx";

/** What else could be done, doing nothing included, and what is refused. */
export function Alternatives({ move }: { move: PlanMoveDto }) {
  const nameOf = usePlaceNames();
  return (
    <section>
      <h2 className="hd" style={{ marginBottom: 4 }}>
        Alternatives <span className="sub">$/h against now</span>
      </h2>
      <div className="tablewrap" tabIndex={0} role="region" aria-label="Alternatives">
        <table className="dense">
          <thead>
            <tr>
              <th>Choice</th>
              <th className="r">Score</th>
              <th className="r">p95 ms</th>
              <th className="r">$/h</th>
              <th style={{ paddingLeft: 12 }}>Why not</th>
            </tr>
          </thead>
          <tbody>
            {move.alternatives.map(({ dataCenter, combined, latencyMsP95, usdPerHour, chosen, whyNot }) => (
              <tr key={dataCenter ?? "nothing"}>
                <td>
                  <span className="row g6">
                    {chosen ? (
                      <IconCheck size={14} stroke={2} color="var(--plan)" role="img" aria-label="chosen" />
                    ) : (
                      <span style={{ width: 14 }} />
                    )}
                    <span className={chosen ? "s" : ""}>{dataCenter === null ? "Do nothing" : nameOf(dataCenter)}</span>
                  </span>
                </td>
                <td className="r">{combined === null ? "–" : number(Math.round(combined))}</td>
                <td className="r">{latencyMsP95 === null ? "–" : number(Math.round(latencyMsP95))}</td>
                <td className="r">{signed(usdPerHour)}</td>
                <td className="t2 whynot">{whyNot ?? (chosen ? "the plan" : "–")}</td>
              </tr>
            ))}
            {move.refused.map(({ dataCenter, constraint, message }) => (
              <tr key={`${dataCenter} ${constraint}`}>
                <td>
                  <span className="row g6 t2">
                    <IconBan size={14} stroke={1.6} role="img" aria-label="refused" />
                    {nameOf(dataCenter)}
                  </span>
                </td>
                <td className="t2 whynot" colSpan={4} style={{ textAlign: "right" }}>
                  {message}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <TableFoot name="alternatives" rows={move.alternatives} />
    </section>
  );
}
