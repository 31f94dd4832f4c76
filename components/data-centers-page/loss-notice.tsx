"use client";

import type { ShownPlace } from "../time/as-of.ts";
import { Link } from "../ui/link.tsx";
import { usePlaceNames } from "../ui/place-name.tsx";
import { Glyph } from "../ui/status.tsx";
import { lostMeaning, lostWord } from "./loss.ts";

/** A data centre that is lost: since when, and what becomes of everything that ran only there. */
export function LossNotice({ place }: { place: ShownPlace }) {
  const nameOf = usePlaceNames();
  const { loss } = place.status;
  if (loss === null) return null;
  return (
    <section className="note crit col" style={{ gap: 8 }} aria-label={`${nameOf(place.metadata.name)} is lost`}>
      <strong>
        {nameOf(place.metadata.name)} is lost: neither its host nor its instances can be reached since {loss.since.slice(11, 19)}{" "}
        UTC.
      </strong>
      {loss.components.map((one) => (
        <span key={one.component} className="row g8 wrap">
          <Glyph meaning={lostMeaning(one)} />
          <Link className="link" href={`/components/${one.component}`}>
            {one.component}
          </Link>
          <span>{lostWord(one)}</span>
          <span className="t2">{one.message}</span>
          {one.migration === null ? null : (
            <Link className="link mono f12" href={`/migrations/${one.migration}`}>
              {one.migration}
            </Link>
          )}
        </span>
      ))}
    </section>
  );
}
