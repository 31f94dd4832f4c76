import type { GuardRails } from "../../component-registry/domain/manifest.ts";
import { modeOf, policyFor, RUN_BY_PEOPLE } from "../../component-registry/domain/policy.ts";
import type {
  ComponentRecord,
  DataCenterRecord,
  LostComponent,
  RegistrySnapshot,
} from "../../component-registry/domain/registry.ts";
import { isPlaceLost, servingInstances } from "../../component-registry/domain/status.ts";
import { refusalsOf } from "../../migration-planning/domain/constraints/index.ts";
import { countByPlace, type MoveBetween } from "../../migration-planning/domain/plan/rail-facts.ts";
import { applyMove } from "../../migration-planning/domain/planner/feasibility.ts";
import type { Move } from "../../migration-planning/domain/predict/placement.ts";
import { isFrozen, type Freeze } from "./freeze.ts";

export interface HealingQuestion {
  readonly registry: RegistrySnapshot;
  readonly freeze: Freeze | null;
  readonly now: Date;
  /** How long each lost place has been silent. */
  readonly silentMs: (place: string) => number;
  /** Moves of whatever cause within the last hour of the world's clock, those under way included. */
  readonly movesLastHour: readonly MoveBetween[];
  /** Components of which a move gave up a moment ago. */
  readonly triedLately: ReadonlySet<string>;
  /** How a component would score in a place; null: nobody knows. */
  readonly scoreIn: (component: string, place: string) => number | null;
}

export interface Healing {
  readonly moves: readonly Move[];
  /** By lost place: what becomes of each component that ran nowhere else. */
  readonly lost: ReadonlyMap<string, readonly LostComponent[]>;
}

/**
 * What is placed again, and what is not and why. The guard rails that weigh a gain (margin, payback, cool-down, windows) say
 * nothing of an outage; those that bound what may happen by itself (freeze, mode, budget, what one place takes in an hour, every
 * constraint) bind it, too. Of a lost place itself no budget is asked: nothing there is left to be disturbed.
 */
export function planHealing(question: HealingQuestion): Healing {
  const moves: Move[] = [];
  const lost = new Map<string, LostComponent[]>();
  let world = question.registry;
  for (const component of question.registry.components) {
    const from = lostPlaceOf(component, question.registry);
    if (from === null) continue;
    const { to, ...verdict } = judge(component, from, {
      ...question,
      registry: world,
      movesLastHour: [...question.movesLastHour, ...moves],
    });
    if (to !== null) {
      const move = { component: component.key, from, to };
      moves.push(move);
      world = applyMove(world, move);
    }
    lost.set(from, [...(lost.get(from) ?? []), { component: component.key, ...verdict }]);
  }
  return { moves, lost };
}

/** The place of a component of which every instance is in lost places; null where one is elsewhere, or there is none. */
export function lostPlaceOf({ key }: ComponentRecord, registry: RegistrySnapshot): string | null {
  const places = servingInstances(registry.instances, key).map(({ dataCenter }) => dataCenter);
  return places.every((place) => isPlaceLost(registry, place)) ? (places[0] ?? null) : null;
}

type Verdict = Omit<LostComponent, "component"> & { readonly to: string | null };

function judge(component: ComponentRecord, from: string, question: HealingQuestion): Verdict {
  const { registry } = question;
  const open = registry.openMigrations.find(({ componentKey }) => componentKey === component.key);
  if (open) return { outcome: "ordered", message: `${open.id} places it in ${open.to}`, migration: open.id, to: null };
  if (component.spec.state.kind !== "stateless")
    return { outcome: "needs-approver", message: lossOf(component, from, registry), migration: null, to: null };
  const why = whyNot(component, from, question);
  if (why !== null) return { outcome: "waits", message: why, migration: null, to: null };
  const to = bestPlace(component, question);
  return to === null
    ? { outcome: "waits", message: whyNowhere(component, from, question), migration: null, to: null }
    : { outcome: "ordered", message: `it is placed again in ${to}`, migration: null, to };
}

/** What a component's state comes to when its place is given up, in words that an approver accepts. */
export function lossOf({ spec }: ComponentRecord, place: string, registry: RegistrySnapshot): string {
  const { kind, sizeMiB } = spec.state;
  const since = registry.dataCenters.find(({ name }) => name === place)?.loss?.since ?? "an unknown time";
  const size = sizeMiB > 0 ? `, some ${sizeMiB} MiB` : "";
  const what = kind === "partial" ? "all of what it kept, which it can make again" : "all of its state";
  return `${what}${size}: it was kept in ${place} alone, last heard of at ${since}`;
}

function whyNot({ key, application }: ComponentRecord, from: string, question: HealingQuestion): string | null {
  const { registry, freeze, now, movesLastHour, triedLately } = question;
  const { name, spec } = policyFor(registry.policies, application);
  const { enabled, afterMs } = spec.selfHealing;
  const mode = modeOf(registry.policies, { application, key });
  if (!enabled) return `self-healing is off in the policy ${name}`;
  if (!RUN_BY_PEOPLE.includes(mode)) return `it is in mode ${mode}: nothing is done by itself`;
  if (question.silentMs(from) < afterMs) return `the policy ${name} waits for ${afterMs / 1000} s`;
  if (triedLately.has(key)) return "its last try gave up a moment ago: it is tried again soon";
  if (isFrozen(freeze, now)) return `frozen by ${freeze.by.name}: ${freeze.reason}`;
  return overHour(spec.guardRails, movesLastHour);
}

/** Why the hour takes no further move by itself, or null. */
export const overHour = ({ maxPerHour }: GuardRails, movesLastHour: readonly MoveBetween[]): string | null =>
  movesLastHour.length >= maxPerHour ? `${movesLastHour.length} of ${maxPerHour} moves in the last hour` : null;

/** Why a place takes no further one within the hour, or null. */
export function overPlace({ maxPerDataCenter }: GuardRails, movesLastHour: readonly MoveBetween[], place: string): string | null {
  const touched = countByPlace(movesLastHour)[place] ?? 0;
  return touched < maxPerDataCenter
    ? null
    : `${touched} moves in the last hour touch ${place}, at most ${maxPerDataCenter} are allowed`;
}

/** Best score first; where nothing is known of any, by name. */
function bestPlace(component: ComponentRecord, question: HealingQuestion): string | null {
  const { registry, scoreIn } = question;
  const allowed = registry.dataCenters.filter((destination) => whyNotThere(component, destination, question).length === 0);
  const scored = allowed.map(({ name }) => ({ name, score: scoreIn(component.key, name) ?? -1 }));
  return scored.sort((a, b) => b.score - a.score || a.name.localeCompare(b.name))[0]?.name ?? null;
}

/** What speaks against one place: every constraint, and what it has been made to take within the hour. */
function whyNotThere(
  component: ComponentRecord,
  destination: DataCenterRecord,
  { registry, now, movesLastHour }: HealingQuestion,
): readonly string[] {
  const { guardRails } = policyFor(registry.policies, component.application).spec;
  const busy = overPlace(guardRails, movesLastHour, destination.name);
  return [
    ...refusalsOf({ component, destination, registry, now }).map(({ message }) => message),
    ...(busy === null ? [] : [busy]),
  ];
}

function whyNowhere(component: ComponentRecord, from: string, question: HealingQuestion): string {
  const others = question.registry.dataCenters.filter(({ name }) => name !== from);
  const reasons = others.flatMap((destination) => whyNotThere(component, destination, question)[0] ?? []);
  return `no place takes it: ${[...new Set(reasons)].join("; ") || "there is no other"}`;
}
