import { ExportMenu } from "../ui/export-menu.tsx";
import { number, significant } from "../ui/format.ts";
import { placeLabels, tradeOffAxes, type PlacedPoint, type TradeOffPoint } from "./trade-off-prepare.ts";

const SIZE = { width: 288, height: 190, left: 34, bottom: 22, top: 8, right: 8 };
const TICKS = 4;

/** What speed costs: each preset where it would lead, beside what is live and what is drafted. */
export function TradeOff({ points }: { points: readonly TradeOffPoint[] }) {
  return (
    <section className="polcard" aria-label="Trade-off">
      <div className="row sb g8">
        <h2 className="hd">
          Trade-off <span className="sub">user p95 ms by $/h</span>
        </h2>
        {points.length === 0 ? null : <ExportMenu name="trade-off" rows={points} />}
      </div>
      {points.length === 0 ? <p className="t2 f12">Nothing was measured yet that could tell.</p> : <Scatter points={points} />}
      <table className="sr">
        <caption>Trade-off</caption>
        <thead>
          <tr>
            <th>Weights</th>
            <th>User p95</th>
            <th>$/h</th>
          </tr>
        </thead>
        <tbody>
          {points.map(({ name, userMsP95, usdPerHour }) => (
            <tr key={name}>
              <td>{name}</td>
              <td>{number(userMsP95)} ms</td>
              <td>{number(usdPerHour)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Scatter({ points }: { points: readonly TradeOffPoint[] }) {
  const { x, y } = tradeOffAxes(points);
  const { width, height, left, bottom, top, right } = SIZE;
  const xOf = (value: number): number => left + ((value - x[0]) / (x[1] - x[0])) * (width - left - right);
  const yOf = (value: number): number => height - bottom - ((value - y[0]) / (y[1] - y[0])) * (height - bottom - top);
  const ticks = (axis: readonly [number, number]): number[] =>
    Array.from({ length: TICKS }, (_, index) => axis[0] + ((index + 0.5) / TICKS) * (axis[1] - axis[0]));
  const placed = placeLabels(
    points.map((point) => ({ point, x: xOf(point.usdPerHour), y: yOf(point.userMsP95) })),
    { left, right: width - right, top, bottom: height - bottom },
  );
  return (
    <svg viewBox={`0 0 ${width} ${height}`} className="tradeoff" aria-hidden="true">
      {ticks(y).map((value) => (
        <g key={value}>
          <line x1={left} x2={width - right} y1={yOf(value)} y2={yOf(value)} stroke="var(--chart-grid)" />
          <text x={left - 6} y={yOf(value) + 4} textAnchor="end" className="axis">
            {significant(value)}
          </text>
        </g>
      ))}
      {ticks(x).map((value) => (
        <text key={value} x={xOf(value)} y={height - 6} textAnchor="middle" className="axis">
          {significant(value)}
        </text>
      ))}
      {placed.map((at) => (
        <Point key={at.point.name} at={at} />
      ))}
    </svg>
  );
}

function Point({ at: { point, x, y, label } }: { at: PlacedPoint }) {
  const { name, kind } = point;
  const color = kind === "draft" ? "var(--plan)" : kind === "live" ? "var(--text)" : "var(--text-2)";
  return (
    <g>
      {kind === "draft" ? <circle cx={x} cy={y} r="8" fill="var(--plan-soft)" /> : null}
      <circle
        cx={x}
        cy={y}
        r={kind === "preset" ? 3.5 : 4.5}
        fill={kind === "draft" ? color : "var(--surface-1)"}
        stroke={color}
        strokeWidth="1.6"
      />
      {label === null ? null : (
        <text x={label.x} y={label.y} textAnchor={label.anchor} className="pointname" fill={color}>
          {name}
        </text>
      )}
    </g>
  );
}
