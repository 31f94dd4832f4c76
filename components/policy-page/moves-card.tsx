import { signedWhole, signed } from "../ui/format.ts";
import { Link } from "../ui/link.tsx";
import type { PlaceNames } from "../ui/place-name.tsx";
import { Glyph } from "../ui/status.tsx";
import type { Agreement, GhostMove } from "./prepare.ts";

const SHOWN = 6;
const WORDS = 4;

interface MovesCardProps {
  readonly moves: readonly GhostMove[];
  /** Null while the planner has not answered. */
  readonly agreement: Agreement | null;
  readonly nameOf: PlaceNames;
}

/** What would move, the most worth first; what users would feel of each. */
export function MovesCard({ moves, agreement, nameOf }: MovesCardProps) {
  const shown = moves.slice(0, SHOWN);
  const slower = moves.filter(({ latencyMs }) => (latencyMs ?? 0) > 0.5).length;
  return (
    <section className="polcard" aria-label="Moves">
      <h2 className="hd">
        Moves <span className="sub">by gain, p95 ms</span>
      </h2>
      <ol className="ghosts">
        {shown.map(({ component, name, from, to, latencyMs, gain }) => (
          <li key={component}>
            <Glyph meaning="plan" />
            <Link className="m" href={`/components/${component}?tab=why`}>
              {name}
            </Link>
            <span className="t2 f12 grow nw">
              {nameOf(from)} → {nameOf(to)}
            </span>
            <span className={latencyMs === null ? "t3 f12" : latencyMs > 0.5 ? "worse" : latencyMs < -0.5 ? "better" : "t3"}>
              {latencyMs === null ? `${signed(gain)} pts` : signedWhole(latencyMs)}
            </span>
          </li>
        ))}
      </ol>
      <p className="f12 t2">
        {moves.length === 0 ? "Nothing would move." : null}
        {moves.length > SHOWN ? `${moves.length - SHOWN} more. ` : ""}
        {moves.length > 0 ? (slower === 0 ? "No component that moves gets slower." : `${slower} of them would be slower.`) : null}
      </p>
      {agreement?.state === "differs" ? (
        <p className="f12 t2">
          The planner: {agreement.words.slice(0, WORDS).join(", ")}
          {agreement.words.length > WORDS ? `, ${agreement.words.length - WORDS} more` : ""}.
        </p>
      ) : null}
    </section>
  );
}
