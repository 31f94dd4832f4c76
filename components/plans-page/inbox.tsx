"use client";

import { IconArrowRight, IconClock } from "@tabler/icons-react";
import type { PlanDto } from "../../server/api/shapes/index.ts";
import { lengthInWords } from "../ui/format.ts";
import { Time } from "../ui/time.tsx";
import { Link } from "../ui/link.tsx";
import { CommandLine, Loading, Problem } from "../ui/parts.tsx";
import { usePlaceNames, type PlaceNames } from "../ui/place-name.tsx";
import { Segmented } from "../ui/segmented.tsx";
import { Glyph, meaningOf, wordOf } from "../ui/status.tsx";
import { PlanNow } from "./plan-now.tsx";
import { headlineChange, isWaiting, shortName, titleOf, type Inbox, type Shown } from "./prepare.ts";

interface InboxProps {
  readonly plans: {
    readonly data: readonly PlanDto[] | undefined;
    readonly error: { message: string } | null;
    readonly refetch: () => unknown;
  };
  readonly inbox: Inbox;
  readonly shown: Shown;
  readonly setShown: (shown: Shown) => void;
  readonly selected: string | null;
  readonly hrefOf: (id: string) => string;
  readonly now: number;
}

export function InboxColumn({ plans, inbox, shown, setShown, selected, hrefOf, now }: InboxProps) {
  const nameOf = usePlaceNames();
  // While nothing is known, nothing is counted.
  const countOf = (which: Shown): { count?: number } => (plans.data ? { count: inbox.counts[which] } : {});
  const Heading = selected === null ? "h1" : "h2";
  return (
    <section className="inbox" aria-label="Plans">
      <div className="inboxhead">
        <div className="row sb">
          <Heading className="f16 s">Plans</Heading>
          <PlanNow />
        </div>
        <Segmented
          label="Which plans"
          value={shown}
          onChange={setShown}
          options={[
            { value: "decide", label: "To decide", ...countOf("decide") },
            { value: "running", label: "Running", ...countOf("running") },
            { value: "all", label: "All", ...countOf("all") },
          ]}
        />
      </div>
      {plans.error ? (
        <div className="pad">
          <Problem error={plans.error} retry={() => void plans.refetch()} />
        </div>
      ) : null}
      {plans.data === undefined && !plans.error ? <Loading what="plans" height={200} /> : null}
      <ul className="inboxlist">
        {inbox.rows.map((plan) => (
          <li key={plan.id}>
            <InboxRow plan={plan} isSelected={plan.id === selected} href={hrefOf(plan.id)} nameOf={nameOf} now={now} />
          </li>
        ))}
      </ul>
      {plans.data && inbox.rows.length === 0 ? <NothingHere shown={shown} inbox={inbox} /> : null}
      {shown === "decide" && inbox.decided.length > 0 ? (
        <Decided plans={inbox.decided} selected={selected} hrefOf={hrefOf} nameOf={nameOf} />
      ) : null}
      <span className="grow" />
      <div className="inboxkeys row g10 f11 t3" aria-hidden="true">
        <span>
          <kbd>J</kbd> <kbd>K</kbd> move
        </span>
        <span>
          <kbd>A</kbd> approve
        </span>
        <span>
          <kbd>R</kbd> reject
        </span>
      </div>
    </section>
  );
}

interface RowProps {
  readonly plan: PlanDto;
  readonly isSelected: boolean;
  readonly href: string;
  readonly nameOf: PlaceNames;
  readonly now: number;
}

function InboxRow({ plan, isSelected, href, nameOf, now }: RowProps) {
  const change = headlineChange(plan);
  const leftMs = Date.parse(plan.expiresAt) - now;
  return (
    <Link href={href} className={isSelected ? "inboxrow on" : "inboxrow"} aria-current={isSelected ? "true" : undefined}>
      <span className="row sb f12">
        <span className="row g6">
          <Glyph meaning={meaningOf(plan.state)} />
          <span className="mono t2">{plan.id}</span>
        </span>
        <span className="row g4 t2">
          {isWaiting(plan) ? (
            <>
              <IconClock size={13} stroke={1.6} aria-hidden="true" />
              {leftMs > 0 ? lengthInWords(leftMs) : "expired"}
            </>
          ) : (
            wordOf(plan.state)
          )}
        </span>
      </span>
      <span className="m">{headOf(plan, nameOf)}</span>
      <Way plan={plan} nameOf={nameOf} />
      {change ? (
        <span className="f12">
          <span className={change.isBetter ? "better s" : "worse s"}>{change.value}</span> <span className="t2">{change.of}</span>
        </span>
      ) : null}
    </Link>
  );
}

function headOf(plan: PlanDto, nameOf: PlaceNames): string {
  const [move] = plan.moves;
  if (!move) return titleOf(plan, nameOf);
  return plan.moves.length === 1 ? `Move ${shortName(move.component)}` : `Move ${plan.moves.length} components`;
}

function Way({ plan: { moves }, nameOf }: { plan: PlanDto; nameOf: PlaceNames }) {
  const [move] = moves;
  if (!move) return null;
  const [from, to] = [new Set(moves.map((entry) => entry.from)), new Set(moves.map((entry) => entry.to))];
  const named = (places: ReadonlySet<string>, first: string): string =>
    places.size === 1 ? nameOf(first) : `${places.size} places`;
  return (
    <span className="row g4 f12 t2">
      {named(from, move.from)}
      <IconArrowRight size={13} stroke={1.6} aria-label="to" />
      {named(to, move.to)}
    </span>
  );
}

interface DecidedProps {
  readonly plans: readonly PlanDto[];
  readonly selected: string | null;
  readonly hrefOf: (id: string) => string;
  readonly nameOf: PlaceNames;
}

function Decided({ plans, selected, hrefOf, nameOf }: DecidedProps) {
  return (
    <section aria-label="Decided, last 24 h">
      <h2 className="decidedhead f12 t3">Decided, last 24 h</h2>
      <ul>
        {plans.map((plan) => (
          <li key={plan.id}>
            <Link
              href={hrefOf(plan.id)}
              className={plan.id === selected ? "decidedrow on" : "decidedrow"}
              aria-current={plan.id === selected ? "true" : undefined}
            >
              <span className="row sb f12">
                <span className="grow nw">
                  {plan.moves.length === 1 ? shortName(plan.moves[0]?.component ?? "") : `${plan.moves.length} components`}
                </span>
                <span className="t3">
                  <Time at={plan.endedAt ?? plan.decision?.at ?? plan.createdAt} as="minute" />
                </span>
              </span>
              <span className="row sb f12 t2">
                <Way plan={plan} nameOf={nameOf} />
                <span className="st">
                  <Glyph meaning={meaningOf(plan.state)} />
                  {wordOf(plan.state)}
                </span>
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

function NothingHere({ shown, inbox }: { shown: Shown; inbox: Inbox }) {
  const ran = inbox.decided.filter(({ state }) => state === "succeeded").length;
  return (
    <div className="empty f12">
      <strong style={{ color: "var(--text)" }}>
        {shown === "decide" ? "Nothing to decide." : shown === "running" ? "No plan runs." : "No plan has been made yet."}
      </strong>
      <span className={shown === "decide" ? "only-s" : ""}>
        {inbox.decided.length === 0
          ? "Nothing was decided in the last 24 h. The planner looks at all components again each minute."
          : `Last 24 h: ${inbox.decided.length} decided, ${ran} succeeded.`}
      </span>
      <div className="only-s">
        <CommandLine text="geostitch plan" />
      </div>
    </div>
  );
}
