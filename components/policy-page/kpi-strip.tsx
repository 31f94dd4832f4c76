import type { KpiTile } from "./prepare.ts";

/** Estimated until the planner has answered, its own figures then. */
export function PolicyKpis({ tiles, isConfirmed }: { tiles: readonly KpiTile[]; isConfirmed: boolean }) {
  return (
    <dl className="polkpis" aria-label={isConfirmed ? "Under the draft, as planned" : "Under the draft, estimated"}>
      {tiles.map(({ label, value, unit, change, tone }) => (
        <div key={label}>
          <dt className="f12 t2">{label}</dt>
          <dd>
            <span className="s">
              {isConfirmed ? "" : "≈ "}
              {value} <span className="t2">{unit}</span>
            </span>{" "}
            {change === null ? null : <span className={tone}>{change}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
