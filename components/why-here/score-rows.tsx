"use client";

import { IconBan, IconMapPin } from "@tabler/icons-react";
import type { ScoresDto } from "../../server/api/shapes/index.ts";
import { number } from "../ui/format.ts";
import { usePlaceNames } from "../ui/place-name.tsx";
import { Glyph } from "../ui/status.tsx";
import { scoreRows, TERM_GROUPS, type ScoreRow } from "./prepare.ts";
import { TableFoot } from "../ui/data-table.tsx";
import { HiddenHead } from "../ui/hidden-head.tsx";

const COLORS = new Map(TERM_GROUPS.map(({ key, color }) => [key, color]));

/** Every place as a stacked bar of its terms, with the threshold as one line through all of them. */
export function ScoreRows({ scores, plannedTo }: { scores: ScoresDto; plannedTo: string | null }) {
  const rows = scoreRows(scores, plannedTo);
  const used = new Set(rows.flatMap(({ parts }) => parts.filter(({ points }) => points > 0).map(({ key }) => key)));
  return (
    <section>
      <div className="row sb wrap g12" style={{ minHeight: 26 }}>
        <h2 className="hd">
          Score by data centre <span className="sub">dashed line is the threshold {number(scores.threshold)}</span>
        </h2>
        <span className="row g12 f12 t2 wrap" aria-hidden="true">
          {TERM_GROUPS.filter(({ key }) => used.has(key)).map(({ key, label, color }) => (
            <span key={key} className="row g6">
              <svg width="10" height="10" className="ic">
                <rect width="10" height="10" rx="2" fill={color} />
              </svg>
              {label}
            </span>
          ))}
        </span>
      </div>
      <div className="tablewrap" tabIndex={0} role="region" aria-label="Score by data centre">
        <table className="scorerows">
          <HiddenHead columns={["Rank", "Data centre", "Terms", "Score", "Against the best"]} />
          <tbody>
            {rows.map((row) => (
              <Row key={row.dataCenter} row={row} threshold={scores.threshold} />
            ))}
          </tbody>
        </table>
      </div>
      <TableFoot
        name={`scores-${scores.component.replace("/", "-")}`}
        rows={[...(scores.current ? [scores.current] : []), ...scores.candidates]}
        command={`geostitch scores ${scores.component} -o json`}
        path={`/components/${scores.component}/scores`}
      />
    </section>
  );
}

function Row({ row, threshold }: { row: ScoreRow; threshold: number }) {
  const nameOf = usePlaceNames();
  return (
    <tr className={row.isPlanned ? "planned" : row.isHere ? "here" : row.isRefused ? "refused" : ""}>
      <td className="r f12 t3">{row.rank ?? ""}</td>
      <td className={row.isPlanned || row.isHere ? "s" : "m"} title={row.dataCenter}>
        {nameOf(row.dataCenter)}
      </td>
      <td title={row.words}>
        <span className="stack" role="img" aria-label={row.isRefused ? "refused" : row.words}>
          {row.isRefused ? <span className="none" /> : null}
          {row.parts
            .filter(({ points }) => points > 0)
            .map(({ key, points }) => (
              <span key={key} style={{ width: `${points}%`, background: COLORS.get(key) }} />
            ))}
          <i style={{ left: `${threshold}%` }} />
        </span>
      </td>
      <td className="r m">{row.combined === null || row.isRefused ? "" : number(Math.round(row.combined))}</td>
      <td className="f12 note-cell">
        <span className={row.isPlanned ? "row g6 m plantext" : row.isHere ? "row g6 m" : "row g6 t2"}>
          {row.isPlanned ? <Glyph meaning="plan" /> : null}
          {row.isHere ? <IconMapPin size={14} stroke={1.6} aria-hidden="true" className="ic" /> : null}
          {row.isRefused ? <IconBan size={14} stroke={1.6} aria-hidden="true" className="ic" /> : null}
          <span>{row.note}</span>
        </span>
      </td>
    </tr>
  );
}
