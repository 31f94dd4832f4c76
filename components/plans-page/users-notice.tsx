import { IconArrowNarrowRight, IconTargetArrow } from "@tabler/icons-react";
import type { PlanMoveDto } from "../../server/api/shapes/index.ts";
import { TableFoot } from "../ui/data-table.tsx";
import { milliseconds, number, signedWhole } from "../ui/format.ts";
import { diffChart, type DiffChart, type DiffRow } from "./prepare-detail.ts";
import { shortName } from "./prepare.ts";

/** Before and after for each region of users, with the interval in which the promise lies. */
export function UsersNotice({ move }: { move: PlanMoveDto }) {
  const chart = diffChart(move.regions);
  const target = move.latencyTargetMsP95;
  return (
    <section>
      <h2 className="hd wrap">
        What users will notice <span className="sub">p95 latency of {shortName(move.component)}, whisker 90 % interval</span>
        <span className="grow" />
        {target === null ? null : (
          <span className="row g4 sub">
            <IconTargetArrow size={15} stroke={1.6} aria-hidden="true" />
            crosses the {milliseconds(target)} target
          </span>
        )}
      </h2>
      {chart.rows.length === 0 ? (
        <p className="t2 f12" style={{ padding: "8px 0" }}>
          No user calls {move.component} directly. What its callers get is in the figures above.
        </p>
      ) : (
        <>
          <div className="tablewrap" tabIndex={0} role="region" aria-label="What users will notice">
            <table className="dense">
              <thead>
                <tr>
                  <th>User region</th>
                  <th className="r hide-s">Req/s</th>
                  <th className="r">Now</th>
                  <th>
                    <span className="sr">becomes</span>
                  </th>
                  <th className="r">After</th>
                  <th className="axis" aria-hidden="true">
                    <Axis chart={chart} />
                  </th>
                  <th className="r">Change, ms</th>
                </tr>
              </thead>
              <tbody>
                {chart.rows.map((row) => (
                  <tr key={row.region}>
                    <td>{row.region}</td>
                    <td className="r t2 hide-s">{number(row.requestsPerSecond)}</td>
                    <td className="r">{number(Math.round(row.beforeMs))}</td>
                    <td>
                      <IconArrowNarrowRight size={13} stroke={1.6} color="var(--text-3)" aria-hidden="true" />
                    </td>
                    <td className="r m">{number(Math.round(row.afterMs))}</td>
                    <td className="axis" aria-hidden="true">
                      <Bar row={row} chart={chart} />
                    </td>
                    <td className="r">
                      <Change row={row} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          <TableFoot name={`users-notice-${shortName(move.component)}`} rows={move.regions} />
        </>
      )}
    </section>
  );
}

const at = (percent: number): string => `${percent}%`;

function Axis({ chart }: { chart: DiffChart }) {
  return (
    <span className="diffaxis">
      {chart.ticks.map(({ at: place, label }) => (
        <span key={label} style={{ left: at(place) }}>
          {label}
        </span>
      ))}
    </span>
  );
}

function Bar({ row, chart }: { row: DiffRow; chart: DiffChart }) {
  return (
    <span className="diffbar">
      {chart.ticks.map((tick) => (
        <i key={tick.label} style={{ left: at(tick.at) }} />
      ))}
      <span
        className={row.changeMs > 0 ? "fill bad" : "fill"}
        style={{ left: at(row.bar.from), width: at(row.bar.to - row.bar.from) }}
      />
      <span className="whisker" style={{ left: at(row.whisker.from), width: at(row.whisker.to - row.whisker.from) }} />
      <b style={{ left: at(chart.zero) }} />
    </span>
  );
}

function Change({ row }: { row: DiffRow }) {
  const words = { enters: "comes inside the target", leaves: "falls out of the target" };
  const worse = row.changeMs > 0;
  const isSame = Math.round(row.changeMs) === 0;
  return (
    <span className="row g6" style={{ justifyContent: "end" }}>
      {row.target === null ? null : (
        <span title={words[row.target]} className={row.target === "leaves" ? "worse" : "t2"}>
          <IconTargetArrow size={15} stroke={1.6} role="img" aria-label={words[row.target]} />
        </span>
      )}
      <svg width="8" height="8" className="ic" role="img" aria-label={isSame ? "same" : worse ? "slower" : "faster"}>
        {isSame ? null : <path d={worse ? "M0 7H8L4 0Z" : "M0 1H8L4 8Z"} fill={worse ? "var(--worse)" : "var(--better)"} />}
      </svg>
      <span className="m" style={{ minWidth: 30 }}>
        {signedWhole(row.changeMs)}
      </span>
    </span>
  );
}
