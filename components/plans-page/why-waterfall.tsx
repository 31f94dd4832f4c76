"use client";

import type { PlanDto, PlanMoveDto } from "../../server/api/shapes/index.ts";
import { Link } from "../ui/link.tsx";
import { usePlaceNames } from "../ui/place-name.tsx";
import { useThreshold } from "../ui/use-threshold.ts";
import { waterfallOf, type WaterfallRow } from "./prepare-detail.ts";

const COLORS: Readonly<Record<WaterfallRow["kind"], string>> = {
  end: "var(--text-2)",
  better: "var(--better)",
  worse: "var(--worse)",
};

/** How the score becomes what it would be, term by term. */
export function WhyWaterfall({ plan, move }: { plan: PlanDto; move: PlanMoveDto }) {
  const nameOf = usePlaceNames();
  const rows = waterfallOf(move, nameOf(move.to));
  const threshold = useThreshold(plan.policy);
  return (
    <section>
      <h2 className="hd" style={{ marginBottom: 4 }}>
        Why
        <span className="sub">score, dashed line is the threshold {threshold}</span>
      </h2>
      {rows.length === 0 ? <p className="t2 f12">The scores of both places are not known.</p> : null}
      <ol className="waterfall">
        {rows.map((row, index) => (
          <li key={row.label}>
            <span className={row.kind === "end" ? "m" : "t2"}>{row.label}</span>
            <span className="track" aria-hidden="true">
              <i style={{ left: `${threshold}%` }} />
              <span
                className="fill"
                style={{ left: `${row.from}%`, width: `max(3px, ${row.to - row.from}%)`, background: COLORS[row.kind] }}
              />
              {index === rows.length - 1 ? null : <b style={{ left: `${row.kind === "worse" ? row.from : row.to}%` }} />}
            </span>
            <span className={row.kind === "end" ? "right s" : "right"}>{row.value}</span>
          </li>
        ))}
      </ol>
      <p className="f12" style={{ marginTop: 6 }}>
        <Link className="link" href={`/components/${move.component}?tab=why`}>
          Every place, term by term
        </Link>
      </p>
    </section>
  );
}
