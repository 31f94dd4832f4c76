import type { ComponentDto, DensityDto, MigrationDto, PlanDto } from "../../server/api/shapes/index.ts";
import type { ShownPlace } from "../time/as-of.ts";
import { headlineChange, isToDecide, titleOf } from "../plans-page/prepare.ts";
import { milliseconds, number } from "../ui/format.ts";

/** What this person has done that no list of the server tells. */
export interface Notes {
  readonly planOpened: boolean;
  readonly weightMoved: boolean;
  /** Steps that were done once: lists are short, and what was done stays done. */
  readonly done: readonly string[];
}

export interface Facts {
  readonly lab: boolean;
  readonly user: string;
  readonly notes: Notes;
  readonly places: readonly ShownPlace[];
  readonly components: readonly ComponentDto[];
  readonly plans: readonly PlanDto[];
  readonly migrations: readonly MigrationDto[];
  readonly density: DensityDto | null;
  /** Of the policy in force: the first is the installation's, each publication adds one. */
  readonly policyGeneration: number;
  readonly nameOf: (dataCenter: string) => string;
}

export interface Step {
  readonly id: string;
  readonly title: string;
  readonly words: string;
  readonly done: boolean;
  readonly action: { readonly label: string; readonly href: string; readonly keys: readonly string[] };
}

const SPAN_S = 300;

/** "12 requests/s from 41 countries"; null while nobody has asked anything. */
export function usersWords(density: DensityDto | null): string | null {
  const requests = (density?.countries ?? []).reduce((sum, country) => sum + country.requests, density?.unplaced.requests ?? 0);
  if (density === null || requests === 0) return null;
  const countries = density.countries.length;
  return `${number(requests / SPAN_S)} requests/s from ${countries} ${countries === 1 ? "country" : "countries"}`;
}

const isMine = (migration: MigrationDto, { user, plans }: Facts): boolean =>
  migration.requestedBy.name === user ||
  plans.some(({ id, decision }) => id === migration.plan && decision?.kind === "approved" && decision.by.name === user);
const watched = (facts: Facts): boolean =>
  facts.migrations.some((migration) => ["succeeded", "rolled_back"].includes(migration.state) && isMine(migration, facts));
const undone = ({ migrations }: Facts): boolean =>
  migrations.some(({ state, rollbackOf }) => state === "rolled_back" || (rollbackOf !== null && state === "succeeded"));
const newest = ({ migrations }: Facts): MigrationDto | undefined => migrations[0];
const mapStep = { label: "Look at the map", href: "/", keys: ["G", "M"] };

/** Five steps, in order. Each is done by what really happened, never by a click on it. */
export function stepsOf(facts: Facts): readonly Step[] {
  const steps = facts.lab ? labSteps(facts) : ownSteps(facts);
  return steps.map((step) => ({ ...step, done: step.done || facts.notes.done.includes(step.id) }));
}

function labSteps(facts: Facts): Step[] {
  const users = usersWords(facts.density);
  return [
    {
      id: "users",
      title: "See where users are",
      words: users ?? "The lab's users wake up: the first requests are on their way",
      done: users !== null,
      action: mapStep,
    },
    planStep(facts),
    {
      id: "weight",
      title: "Move a weight",
      words: "Watch the map answer before you publish",
      done: facts.notes.weightMoved || facts.policyGeneration > 1,
      action: { label: "Open the policy", href: "/policy", keys: ["G", "W"] },
    },
    watchStep(facts),
    undoStep(facts),
  ];
}

function planStep({ plans, notes, nameOf }: Facts): Step {
  const plan = plans.find(isToDecide);
  const change = plan ? headlineChange(plan) : null;
  return {
    id: "plan",
    title: "Open the waiting plan",
    words: plan
      ? `${titleOf(plan, nameOf)}${change ? `: ${change.value} ${change.of}` : ""}`
      : "The planner looks every few seconds; the first plan takes minutes",
    done: notes.planOpened,
    action: { label: plan ? "Open the plan" : "Open the inbox", href: plan ? `/plans/${plan.id}` : "/plans", keys: ["G", "P"] },
  };
}

function watchStep(facts: Facts): Step {
  const running = facts.migrations.find(({ endedAt }) => endedAt === null);
  const plan = facts.plans.find(isToDecide);
  const action = running
    ? { label: "Watch it move", href: `/migrations/${running.id}`, keys: ["G", "R"] }
    : { label: "Approve a plan", href: plan ? `/plans/${plan.id}` : "/plans", keys: ["G", "P"] };
  return {
    id: "watch",
    title: "Approve and watch",
    words: running ? `${running.component} is moving now` : "A real move of a live component",
    done: watched(facts),
    action,
  };
}

function undoStep(facts: Facts): Step {
  const last = newest(facts);
  const pause = last?.pauseMs ?? null;
  return {
    id: "undo",
    title: "Undo it",
    words: `Back in about ${pause === null ? "the same time" : milliseconds(pause)}, nothing lost`,
    done: undone(facts),
    action: { label: "Open the run", href: last ? `/migrations/${last.id}` : "/migrations", keys: ["G", "R"] },
  };
}

function ownSteps(facts: Facts): Step[] {
  const { places, components, density } = facts;
  const heard = places.filter(({ status }) => status.lastSeenAt !== null).length;
  const ready = components.filter(({ status }) => status.state === "ready").length;
  const users = usersWords(density);
  return [
    {
      id: "place",
      title: "Register a data centre",
      words: places.length === 0 ? "Where it is, what it holds, what it costs" : `${places.length} registered`,
      done: places.length > 0,
      action: { label: "Data centres", href: "/data-centers", keys: ["G", "D"] },
    },
    {
      id: "heard",
      title: "Hear from its host",
      words: heard === 0 ? "Waiting for the first sign of life" : `${heard} of ${places.length} heard`,
      done: heard > 0,
      action: { label: "Data centres", href: "/data-centers", keys: ["G", "D"] },
    },
    {
      id: "component",
      title: "Apply a component",
      words: components.length === 0 ? "A manifest of each part of your application" : `${ready} of ${components.length} ready`,
      done: ready > 0,
      action: { label: "Components", href: "/components", keys: ["G", "C"] },
    },
    {
      id: "users",
      title: "See where users are",
      words: users ?? "They appear once their requests pass the gateway",
      done: users !== null,
      action: mapStep,
    },
    {
      id: "watch",
      title: "Move it, and watch",
      words: "By a plan that waits, or by your own choice",
      done: watched(facts),
      action: { label: "Open the inbox", href: "/plans", keys: ["G", "P"] },
    },
  ];
}

/** Nothing has been decided or moved here yet: whoever signs in is the first. */
export const isFirstStart = ({ plans, migrations }: Pick<Facts, "plans" | "migrations">): boolean =>
  migrations.length === 0 && plans.every(({ decision }) => decision === null);
