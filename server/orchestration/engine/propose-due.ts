import type { Mode } from "../../component-registry/domain/manifest.ts";
import { modeOf, RUN_BY_PEOPLE } from "../../component-registry/domain/policy.ts";
import type { Look, PolicyView } from "../../migration-planning/index.ts";
import type { Nomination } from "../../migration-planning/domain/nominate.ts";
import type { PlanRecord } from "../../migration-planning/domain/plan/plan-record.ts";
import { tellPlan } from "../plan-service.ts";
import { proposeFor } from "../propose-plan.ts";
import { readRailState } from "../rail-state.ts";
import type { PlanningLoopDeps } from "./planning-loop.ts";

export const PLANNER = { kind: "system", name: "planner" } as const;

/** Plans that somebody may run, and plans that nobody may: one of the second kind must not hold what could run. */
const GROUPS: readonly (readonly Mode[])[] = [RUN_BY_PEOPLE, ["recommend"]];

/** New plans, under each policy its own, for what should move and is not in another plan's hands. */
export async function proposeDue(
  deps: PlanningLoopDeps,
  term: number,
  look: Look,
  open: readonly PlanRecord[],
): Promise<readonly PlanRecord[]> {
  const made: PlanRecord[] = [];
  const rejected = await deps.store.plans.list({ states: ["rejected"], limit: 50 });
  for (const view of look.views) {
    for (const modes of GROUPS) {
      const plan = await proposeUnder(deps, { look, view, modes, open: [...open, ...made], rejected });
      if (plan === null) continue;
      await deps.changes.change(term, async (unit) => {
        await unit.plans.insert(plan);
        await tellPlan(unit, plan, []);
      });
      deps.logger.info({ plan: plan.id, summary: plan.content.summary, totals: plan.content.totals }, "a plan is proposed");
      made.push(plan);
    }
  }
  return made;
}

interface Due {
  readonly look: Look;
  readonly view: PolicyView;
  readonly modes: readonly Mode[];
  readonly open: readonly PlanRecord[];
  readonly rejected: readonly PlanRecord[];
}

/** Null where there is nothing to say. */
async function proposeUnder(deps: PlanningLoopDeps, question: Due): Promise<PlanRecord | null> {
  const { look, view, modes } = question;
  const held = heldComponents(question);
  const due = view.nominations.filter((nomination) => isDue(nomination, question, held));
  if (due.length === 0) return null;
  const now = deps.clock.now();
  const { policy } = view;
  const proposal = proposeFor({
    look,
    view,
    modes,
    planner: deps.planner,
    components: due.map(({ component }) => component),
    only: false,
    busy: new Set([...held.busy, ...held.resting, ...held.cooling].filter((component) => !isForcedIn(due, component))),
    railState: await readRailState(deps.store, { look, policy, openMoves: look.registry.openMigrations, now }),
    proposedBy: PLANNER,
    now,
    newId: deps.newId,
  });
  const forced = due.some(({ forbidden }) => forbidden.length > 0);
  return proposal.content.moves.length > 0 && (forced || isWorthIt(proposal)) ? proposal : null;
}

/** A place that a constraint forbids is left at once, whatever was decided or moved a while ago. */
const isForcedIn = (due: readonly Nomination[], key: string): boolean =>
  due.some(({ component, forbidden }) => component === key && forbidden.length > 0);

interface Held {
  /** In another open plan. */
  readonly busy: ReadonlySet<string>;
  /** Somebody has rejected it a while ago. */
  readonly resting: ReadonlySet<string>;
  /** Moved a while ago, or tried to: what made it give up may be there still. */
  readonly cooling: ReadonlySet<string>;
}

function isDue({ component: key, candidate, forbidden }: Nomination, { look, modes }: Due, held: Held): boolean {
  const component = look.registry.components.find((record) => record.key === key);
  if (!candidate || held.busy.has(key) || !component || !modes.includes(modeOf(look.registry.policies, component))) return false;
  return forbidden.length > 0 || !(held.resting.has(key) || held.cooling.has(key));
}

/** Who has asked for a plan has so long to read and approve it before the planner goes on with what it is about. */
const READ_WITHIN_MS = 5 * 60_000;

/** What was rejected, or has moved, or could not be moved, rests for the policy's cool-down, by the world's clock. */
function heldComponents({ look, view, open, rejected }: Due): Held {
  const { cooldownMinutes } = view.policy.spec.guardRails;
  const restMs = (cooldownMinutes * 60_000) / look.worldSpeed;
  // An operator's own plan waits for a person: it does not keep for long from running by itself what is in mode auto.
  const isLeftAlone = ({ proposedBy, state, content, createdAt }: PlanRecord): boolean =>
    proposedBy.kind !== "system" &&
    state === "proposed" &&
    content.drain === undefined &&
    look.at.getTime() - createdAt.getTime() > READ_WITHIN_MS;
  const { components, policies } = look.registry;
  const automatic = new Set(components.filter((record) => modeOf(policies, record) === "auto").map(({ key }) => key));
  const componentsOf = (plans: readonly PlanRecord[]): string[] =>
    plans.flatMap(({ content }) => content.moves.map(({ component }) => component));
  const isRecent = (endedAt: Date): boolean => look.at.getTime() - endedAt.getTime() < restMs;
  const recent = rejected.filter(({ endedAt }) => endedAt !== null && isRecent(endedAt));
  const moved = [...view.evaluator.model.hoursSinceMove].filter(([, hours]) => hours * 60 < cooldownMinutes);
  const gaveUp = look.past.filter((move) => move.gaveUp && isRecent(move.endedAt));
  return {
    busy: new Set(open.flatMap((plan) => componentsOf([plan]).filter((key) => !(isLeftAlone(plan) && automatic.has(key))))),
    resting: new Set(componentsOf(recent)),
    cooling: new Set([...moved.map(([component]) => component), ...gaveUp.map(({ component }) => component)]),
  };
}

/** Margin and payback make a proposal; the other guard rails make it run by itself. */
const isWorthIt = ({ content }: PlanRecord): boolean =>
  content.guardRails.filter(({ name }) => name === "margin" || name === "payback").every(({ ok }) => ok);
