import type { Gauge } from "./prepare.ts";

/** Used solid, reserved striped, the rest of the track is free. */
export function GaugeBar({ gauge, width }: { gauge: Gauge; width?: number }) {
  const { label, used, reserved, words, isTight } = gauge;
  const said = `${label}: ${words.used} used, ${words.reserved} reserved, ${words.free} free`;
  return (
    <div className="bar" style={width === undefined ? {} : { width }} role="img" aria-label={said} title={said}>
      <span style={{ width: `${Math.min(100, used * 100)}%`, background: isTight ? "var(--warn)" : "var(--text-2)" }} />
      <span className="striped" style={{ width: `${Math.min(100, reserved * 100)}%` }} />
    </div>
  );
}

export function GaugeCard({ gauge }: { gauge: Gauge }) {
  const { label, used, words } = gauge;
  return (
    <div className="grow">
      <div className="row sb f12">
        <span className="t2">{label}</span>
        <span className="m">{Math.round(used * 100)} %</span>
      </div>
      <div style={{ margin: "4px 0" }}>
        <GaugeBar gauge={gauge} />
      </div>
      <div className="f11 t3">
        {words.used} used, {words.reserved} reserved, {words.free} free
      </div>
    </div>
  );
}
