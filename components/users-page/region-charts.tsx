import type { UserLatencyDto } from "../../server/api/shapes/index.ts";
import { LatencyChart, type Span } from "../kpi-charts/line-chart.tsx";
import { regionRows } from "../kpi-charts/prepare.ts";

const DASHES = [undefined, "5 2", "2 2", "8 3 2 3", "1 3", "10 4"] as const;

interface RegionChartsProps {
  readonly latency: UserLatencyDto;
  readonly target: number | null;
  readonly words: string;
  /** Moves meanwhile. */
  readonly spans: readonly Span[];
}

/** How each region fared over time: how long it waited, how much it asked. */
export function RegionCharts({ latency, target, words, spans }: RegionChartsProps) {
  const p95 = regionRows(latency);
  const requests = regionRows(latency, 6, ({ requestsPerSecond }) => requestsPerSecond);
  const seriesOf = (regions: readonly string[]) =>
    regions.map((region, index) => ({
      key: region,
      label: region,
      color: index + 1,
      ...(DASHES[index] === undefined ? {} : { dash: DASHES[index] }),
    }));
  return (
    <div className="twocharts">
      <section className="card pad">
        <h2 className="hd">
          Latency <span className="sub">ms, p95 by region, {words}</span>
        </h2>
        <LatencyChart
          path="/users/latency"
          label="Latency by region"
          rows={p95.rows}
          series={seriesOf(p95.regions)}
          target={target}
          spans={spans}
        />
      </section>
      <section className="card pad">
        <h2 className="hd">
          Requests <span className="sub">a second, by region, {words}</span>
        </h2>
        <LatencyChart
          label="Requests by region"
          path="/users/latency"
          unit="req/s"
          rows={requests.rows}
          series={seriesOf(requests.regions)}
          target={null}
          spans={spans}
        />
      </section>
    </div>
  );
}
