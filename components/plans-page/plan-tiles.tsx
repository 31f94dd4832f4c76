import { IconArrowNarrowRight } from "@tabler/icons-react";
import type { PlanDto, PlanMoveDto } from "../../server/api/shapes/index.ts";
import { tilesOf } from "./prepare-detail.ts";

export function PlanTiles({ plan, move }: { plan: PlanDto; move: PlanMoveDto }) {
  return (
    <dl className="card plantiles">
      {tilesOf(plan, move).map(({ label, before, after, unit, note, tone }) => (
        <div key={label}>
          <dt className="f12 t2">{label}</dt>
          <dd className="row g4" style={{ alignItems: "baseline" }}>
            {before === null ? null : (
              <>
                <span className="t3 f12">{before}</span>
                <IconArrowNarrowRight
                  size={13}
                  stroke={1.6}
                  color="var(--text-3)"
                  style={{ alignSelf: "center" }}
                  aria-label="to"
                />
              </>
            )}
            <span className="f16 s">{after}</span>
            <span className="f11 t2">{unit}</span>
          </dd>
          <dd className={`f12 ${tone}`}>{note}</dd>
        </div>
      ))}
    </dl>
  );
}
