"use client";

import { useQuery } from "@tanstack/react-query";
import { usePastWorld } from "../time/use-past-world.ts";
import { useViewTime } from "../time/view-time.tsx";
import { momentInWords } from "../time/words.ts";
import { useTRPC } from "../trpc/client.ts";
import { number } from "../ui/format.ts";
import { Link } from "../ui/link.tsx";
import { CommandLine, useNow } from "../ui/parts.tsx";
import { usePlaceNames } from "../ui/place-name.tsx";
import { inboxOf, titleOf } from "./prepare.ts";

/** What stands beside the inbox while no plan is open: the one that comes first, or what happened instead. */
export function PlansOverview() {
  const plans = useQuery(useTRPC().plans.list.queryOptions({ limit: 200 })).data;
  const nameOf = usePlaceNames();
  const now = useNow(10_000);
  const { at } = useViewTime();
  const past = usePastWorld().world;
  if (at !== null) return <PastOverview at={at} now={now} waited={past?.plans.length ?? null} />;
  if (!plans) return <section className="planmain" aria-label="No plan is open" />;
  const { rows, decided } = inboxOf(plans, "decide", now);
  const [first] = rows;
  const succeeded = decided.filter(({ state }) => state === "succeeded");
  const gained = succeeded.reduce((sum, plan) => sum + plan.totals.score.after - plan.totals.score.before, 0);
  return (
    <section className="planmain" aria-label="No plan is open">
      <div className="planscroll">
        <div className="empty" style={{ maxWidth: 560 }}>
          <strong className="f16" style={{ color: "var(--text)" }}>
            {first ? `${rows.length} ${rows.length === 1 ? "plan waits" : "plans wait"} for a decision` : "Nothing to decide"}
          </strong>
          <span>
            {decided.length === 0
              ? "Nothing was decided in the last 24 h."
              : `Last 24 h: ${decided.length} decided, ${succeeded.length} succeeded${gained > 0 ? `, ${number(gained)} points of score gained` : ""}.`}{" "}
            The planner looks at all components again each minute.
          </span>
          {first ? (
            <Link className="ctl lg primary" href={`/plans/${first.id}`}>
              {titleOf(first, nameOf)}
            </Link>
          ) : (
            <Link className="ctl lg" href="/components?sort=score">
              Scores of all components
            </Link>
          )}
          <CommandLine text={first ? `geostitch get plan ${first.id}` : "geostitch plan"} />
        </div>
      </div>
    </section>
  );
}

/** Of a moment that is over only what waited then is known here; what became of it is told by each plan, live. */
function PastOverview({ at, now, waited }: { at: number; now: number; waited: number | null }) {
  const when = momentInWords(at, now);
  return (
    <section className="planmain" aria-label="No plan is open">
      <div className="planscroll">
        <div className="empty" style={{ maxWidth: 560 }}>
          <strong className="f16" style={{ color: "var(--text)" }}>
            {waited === null
              ? `Reading what waited at ${when}`
              : `${waited} ${waited === 1 ? "plan" : "plans"} waited at ${when}`}
          </strong>
          <span>Nothing can be decided at a moment that is over. What became of a plan stands in it.</span>
          <CommandLine text={`curl "$GEOSTITCH_SERVER/api/v1/history?at=${new Date(at).toISOString()}"`} />
        </div>
      </div>
    </section>
  );
}
