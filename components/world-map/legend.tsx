import { hexagonPoints } from "./geo.ts";
import { LATENCY_LIMITS_MS } from "./latency-bins.ts";

/** Under each bin where it begins; the last has no end. */
const LIMITS = [
  "0",
  ...LATENCY_LIMITS_MS.map((limit, index) => (index === LATENCY_LIMITS_MS.length - 1 ? `${limit}+` : `${limit}`)),
];

const HEXES = [
  { radius: 3.6, label: "few" },
  { radius: 5.6, label: "some" },
  { radius: 8.4, label: "most" },
];

/** The seven bins with where each begins. */
export function LatencyScale({ title }: { title: string }) {
  return (
    <div>
      <div className="t2">{title}</div>
      <div className="row" style={{ marginTop: 4 }}>
        {LIMITS.map((limit, index) => (
          <div key={limit} style={{ width: 30 }}>
            <div style={{ height: 8, background: `var(--lat-${index + 1})` }} />
            <div className="f11 t2">{limit}</div>
          </div>
        ))}
      </div>
    </div>
  );
}

/** Only what is on the map, with numbers and units. */
export function Legend({ moving, planned }: { moving: boolean; planned: boolean }) {
  return (
    <section className="panel float row g20 legend" aria-label="Legend">
      <LatencyScale title="User p95, links RTT ms" />
      <div>
        <div className="t2">Requests</div>
        <div className="row g12 f11 t2" style={{ marginTop: 4 }}>
          {HEXES.map(({ radius, label }) => (
            <span key={label} className="row g6">
              <svg width="18" height="18" viewBox="-9 -9 18 18" aria-hidden="true">
                <polygon points={hexagonPoints(radius)} fill="var(--lat-5)" stroke="var(--map-hex-stroke)" />
              </svg>
              {label}
            </span>
          ))}
        </div>
      </div>
      <div className="row g16 f12">
        {moving ? (
          <span className="row g8">
            <svg width="30" height="10" aria-hidden="true">
              <line x1="1" x2="29" y1="5" y2="5" stroke="var(--live)" strokeWidth="3" strokeLinecap="round" />
              <circle cx="15" cy="5" r="3" fill="var(--live-core)" />
            </svg>
            Migrating
          </span>
        ) : null}
        {planned ? (
          <span className="row g8">
            <svg width="30" height="10" aria-hidden="true">
              <line
                x1="2"
                x2="28"
                y1="5"
                y2="5"
                stroke="var(--plan)"
                strokeWidth="2"
                strokeLinecap="round"
                strokeDasharray="2 5"
              />
            </svg>
            Proposed
          </span>
        ) : null}
        <span className="row g8">
          <svg width="18" height="18" viewBox="0 0 18 18" aria-hidden="true">
            <circle cx="9" cy="9" r="7" fill="none" stroke="var(--map-marker-ring)" strokeWidth="2.4" />
            <path d="M9 2 A7 7 0 0 1 16 9" fill="none" stroke="var(--text)" strokeWidth="2.4" />
          </svg>
          Instances, CPU used
        </span>
      </div>
    </section>
  );
}

/** Whose data the map shows; their licences ask to be named where it is seen. */
export function Sources({ geoip }: { geoip: { readonly text: string; readonly url: string } | null }) {
  return (
    <p className="sources f11">
      Natural Earth
      {geoip ? (
        <>
          {" · "}
          <a href={geoip.url} rel="noreferrer" target="_blank">
            {geoip.text}
          </a>
        </>
      ) : null}
    </p>
  );
}
