import type { UserLatencyDto } from "../../server/api/shapes/index.ts";
import { DataTable, type Column } from "../ui/data-table.tsx";
import { milliseconds, number, percent } from "../ui/format.ts";
import { latencyBin } from "../world-map/latency-bins.ts";
import { regionTable } from "./prepare.ts";

interface RegionTableProps {
  readonly latency: UserLatencyDto;
  readonly target: number | null;
  readonly words: string;
  /** Of one component: only it has a target. */
  readonly isOne: boolean;
}

export function RegionTable({ latency, target, words, isOne }: RegionTableProps) {
  const rows = regionTable(latency, target);
  const columns: readonly Column[] = [
    { label: "Users in" },
    { label: "Req/s", right: true },
    ...(target === null ? [{ label: "Share", right: true as const }] : []),
    { label: "p50", right: true },
    { label: "p95", right: true },
    { label: "Errors", right: true },
    ...(target === null ? [] : [{ label: "In target", right: true as const }]),
  ];
  return (
    <section className="col" style={{ gap: 8 }}>
      <h2 className="hd">
        By region <span className="sub">{words}</span>
      </h2>
      <DataTable
        tight
        caption="Users by region"
        columns={columns}
        exported={{ name: "users-by-region", rows, path: "/users/latency" }}
      >
        {rows.map((row) => (
          <tr key={row.region}>
            <td>
              <span className="st">
                <span className="swatch" style={{ background: `var(--lat-${latencyBin(row.p95)})` }} aria-hidden="true" />
                {row.region}
              </span>
            </td>
            <td className="r">{number(row.requestsPerSecond)}</td>
            {target === null ? <td className="r t2">{percent(row.share)}</td> : null}
            <td className="r">{milliseconds(row.p50)}</td>
            <td className={target !== null && row.p95 !== null && row.p95 > target ? "r worse" : "r"}>{milliseconds(row.p95)}</td>
            <td className="r t2">{percent(row.errorRate)}</td>
            {target === null ? null : <td className="r">{percent(row.inTargetShare)}</td>}
          </tr>
        ))}
      </DataTable>
      <p className="f12 t3">
        {target !== null
          ? `In target: requests that came while the region’s p95 was at most ${milliseconds(target)}.`
          : isOne
            ? "This component has no target: performance.latencyMsP95 of its manifest sets one."
            : "Choose one component to see how much of it is in its target."}
      </p>
    </section>
  );
}
