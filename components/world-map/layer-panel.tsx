import { LAYER_NAMES, type LayerGroup } from "./style.ts";

export function LayerPanel({
  shown,
  toggle,
  asTable,
  toggleTable,
  counts,
}: {
  shown: ReadonlySet<LayerGroup>;
  toggle: (group: LayerGroup) => void;
  asTable: boolean;
  toggleTable: () => void;
  counts: Readonly<Record<LayerGroup, number | null>>;
}) {
  return (
    <section className="panel float col" style={{ left: 12, bottom: 12, width: 188, gap: 8 }} aria-label="Layers">
      <div className="row sb">
        <h2 className="hd">Layers</h2>
        <button type="button" className="ctl ghost" onClick={toggleTable} aria-pressed={asTable} style={{ height: 24 }}>
          {asTable ? "Map" : "Table"} <kbd>v</kbd>
        </button>
      </div>
      {(Object.keys(LAYER_NAMES) as LayerGroup[]).map((group) => (
        <div key={group} className="row g8" style={{ height: 24 }}>
          <span className="grow" id={`layer-${group}`}>
            {LAYER_NAMES[group]}
          </span>
          <span className="t3">{counts[group] ?? ""}</span>
          <button
            type="button"
            role="switch"
            className="switch"
            aria-checked={shown.has(group)}
            aria-labelledby={`layer-${group}`}
            onClick={() => toggle(group)}
            style={{ margin: "6px 1px" }}
          />
        </div>
      ))}
    </section>
  );
}

const LIMITS = ["0", "20", "40", "60", "100", "150", "250+"];

const HEXES = [
  { radius: 3.6, label: "few" },
  { radius: 5.6, label: "some" },
  { radius: 8.4, label: "most" },
];

function hexagonOf(radius: number): string {
  return Array.from({ length: 6 }, (_, index) => {
    const angle = ((60 * index + 30) * Math.PI) / 180;
    return `${(radius * Math.cos(angle)).toFixed(1)},${(radius * Math.sin(angle)).toFixed(1)}`;
  }).join(" ");
}

export function Legend() {
  return (
    <section className="panel float row g20" style={{ left: 212, bottom: 12 }} aria-label="Legend">
      <div>
        <div className="t2">User p95 and links’ RTT, ms</div>
        <div className="row" style={{ marginTop: 4 }}>
          {LIMITS.map((limit, index) => (
            <div key={limit} style={{ width: 30 }}>
              <div style={{ height: 8, background: `var(--lat-${index + 1})` }} />
              <div className="f11 t2">{limit}</div>
            </div>
          ))}
        </div>
      </div>
      <div>
        <div className="t2">Requests</div>
        <div className="row g12 f11 t2" style={{ marginTop: 4 }}>
          {HEXES.map(({ radius, label }) => (
            <span key={label} className="row g6">
              <svg width="18" height="18" viewBox="-9 -9 18 18" aria-hidden="true">
                <polygon points={hexagonOf(radius)} fill="var(--lat-5)" stroke="var(--map-hex-stroke)" />
              </svg>
              {label}
            </span>
          ))}
        </div>
      </div>
      <div className="col f12" style={{ gap: 4 }}>
        <span className="row g8">
          <svg width="26" height="8" aria-hidden="true">
            <line x1="1" x2="25" y1="4" y2="4" stroke="var(--live)" strokeWidth="3" strokeLinecap="round" />
          </svg>
          Migrating
        </span>
        <span className="row g8">
          <svg width="26" height="18" viewBox="0 0 26 18" aria-hidden="true">
            <circle cx="13" cy="9" r="7.5" fill="none" stroke="var(--map-marker-ring)" strokeWidth="2.4" />
            <path d="M13 1.5 A7.5 7.5 0 0 1 20.5 9" fill="none" stroke="var(--text)" strokeWidth="2.4" />
          </svg>
          Instances, CPU used
        </span>
      </div>
    </section>
  );
}
