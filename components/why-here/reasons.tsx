"use client";

import { IconAlertTriangle, IconCheck } from "@tabler/icons-react";
import type { ScoresDto } from "../../server/api/shapes/index.ts";
import { termWord } from "../plans-page/prepare-detail.ts";
import { number } from "../ui/format.ts";
import { timeOfDay } from "../ui/format.ts";
import { useNow } from "../ui/parts.tsx";
import { usePlaceNames } from "../ui/place-name.tsx";
import { Glyph } from "../ui/status.tsx";
import { flipsOf } from "./flips.ts";
import { breachTime, constraintRows, evidenceWords } from "./prepare.ts";

/** Hard constraints: what each leaves of the places. */
export function Constraints({ scores }: { scores: ScoresDto }) {
  const nameOf = usePlaceNames();
  const rows = constraintRows(scores, nameOf);
  const places = [...(scores.current ? [scores.current] : []), ...scores.candidates];
  return (
    <section>
      <h2 className="hd" style={{ minHeight: 26 }}>
        Constraints{" "}
        <span className="sub">
          {places.filter(({ allowed }) => allowed).length} of {places.length} data centres allowed
        </span>
      </h2>
      <ul className="reasons">
        {rows.map(({ label, words, allowed, all }) => (
          <li key={label}>
            {allowed === all ? (
              <IconCheck size={14} stroke={1.8} color="var(--text-3)" aria-hidden="true" className="ic" />
            ) : (
              <IconAlertTriangle size={14} stroke={1.8} color="var(--warn)" role="img" aria-label="refuses some" className="ic" />
            )}
            <span className="m">{label}</span>
            <span className="t2 grow nw" title={words}>
              {words}
            </span>
            <span>
              {allowed} of {all}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What was seen, and whether that is enough to decide. */
export function Evidence({ scores }: { scores: ScoresDto }) {
  const { meaning, headline, lines } = evidenceWords(scores);
  const now = useNow(5_000);
  return (
    <section>
      <h2 className="hd">Evidence</h2>
      <p className="st" style={{ alignItems: "baseline", whiteSpace: "normal" }}>
        <Glyph meaning={meaning} />
        <span className="m">{headline}</span>
      </p>
      {lines.map((line) => (
        <p key={line} className="f12 t2">
          {line}
        </p>
      ))}
      {scores.breaches.length === 0 ? (
        <p className="f12 t2">No limit is broken now.</p>
      ) : (
        <ul className="reasons" style={{ marginTop: 6 }}>
          {scores.breaches.map((breach) => (
            <li key={`${breach.kind} ${breach.subject} ${breach.region ?? ""}`}>
              <Glyph meaning="warn" />
              <span className="grow wrapped">{breach.message}</span>
              <span className="t2" title={breach.since}>
                since {timeOfDay(breach.since)}, {breachTime(breach.since, now)}
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** How little would have to change for another place to win. */
export function Flips({ scores }: { scores: ScoresDto }) {
  const nameOf = usePlaceNames();
  const flips = flipsOf(scores).slice(0, 3);
  return (
    <section>
      <h2 className="hd">What would change the choice</h2>
      {flips.length === 0 ? <p className="f12 t2">No single weight: the best place wins at every share of it.</p> : null}
      <ul className="reasons flips">
        {flips.map(({ term, now, at, winner }) => (
          <li key={term}>
            <span className="col" style={{ width: 132 }}>
              <span className="m">{termWord(term)}</span>
              <span className="t2">weight now {number(Math.round(now))} %</span>
            </span>
            <span className="fliptrack grow" aria-hidden="true">
              <span style={at < now ? { left: 0, width: `${at}%` } : { left: `${at}%`, right: 0 }} />
              <i style={{ left: `${at}%` }} />
              <b style={{ left: `${now}%` }} />
            </span>
            <span className="col" style={{ width: 124 }}>
              <span className="m">{nameOf(winner)} wins</span>
              <span className="t2">
                {at < now ? "at or below" : "at or above"} {number(at)} %
              </span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
