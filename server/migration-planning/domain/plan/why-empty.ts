import { placementsOf } from "../../../component-registry/domain/status.ts";
import { refusalsOf } from "../constraints/index.ts";
import type { Nomination } from "../nominate.ts";
import type { Evaluator } from "../predict/evaluate.ts";

export interface EmptyQuestion {
  readonly evaluator: Evaluator;
  readonly nominations: readonly Nomination[];
  readonly components: readonly string[];
  readonly movable: (component: string) => boolean;
}

/** Why nothing is proposed, in the order in which a person would ask. */
export function whyEmpty({ evaluator, nominations, components, movable }: EmptyQuestion): string {
  const { registry, present } = evaluator.model;
  const running = components.filter((key) => present.has(key));
  if (running.length === 0) return "nothing of it runs anywhere yet";
  const open = running.filter(movable);
  if (open.length === 0) return `nothing of it can be moved now: ${whyHeld(running, registry)}`;
  const known = open.filter((key) => evaluator.model.evidence.get(key)?.missing.length === 0);
  if (known.length === 0) return `too little was measured to decide on: ${whatIsMissing(open, evaluator)}`;
  const refused = open.flatMap((key) => whyNowhere(key, evaluator) ?? []);
  if (refused.length === open.length) return `no other place takes it: ${[...new Set(refused)].join("; ")}`;
  const candidates = nominations.filter(({ component, candidate }) => candidate && open.includes(component));
  return candidates.length === 0
    ? "everything is well placed: no score is below the threshold, and no move would gain enough to be worth it"
    : `${candidates.map(({ component }) => component).join(", ")} should move, but no allowed move would gain anything`;
}

function whyHeld(running: readonly string[], { instances, openMigrations }: Evaluator["model"]["registry"]): string {
  const moving = running.filter((key) => openMigrations.some(({ componentKey }) => componentKey === key));
  const spread = running.filter((key) => placementsOf(instances, key).length > 1);
  const reasons = [
    ...(moving.length > 0 ? [`${moving.join(", ")} is moving already`] : []),
    ...(spread.length > 0 ? [`${spread.join(", ")} runs in more than one place`] : []),
  ];
  return reasons.length > 0 ? reasons.join("; ") : "its mode or another plan holds it";
}

function whatIsMissing(components: readonly string[], { model }: Evaluator): string {
  const [first = ""] = components;
  const [why = "nothing was measured"] = model.evidence.get(first)?.missing ?? [];
  return `${first}: ${why}${components.length > 1 ? `, and ${components.length - 1} more` : ""}`;
}

/** Null: some other place would take it. */
function whyNowhere(key: string, { model: { registry, present, now } }: Evaluator): string | null {
  const component = registry.components.find((record) => record.key === key);
  const others = registry.dataCenters.filter(({ name }) => name !== present.get(key));
  if (!component) return null;
  const refusals = others.map((destination) => refusalsOf({ component, destination, registry, now })[0]);
  if (refusals.some((refusal) => refusal === undefined)) return null;
  const words = refusals.map((refusal, index) => `${others[index]?.name ?? ""} (${refusal?.constraint ?? ""})`);
  return others.length === 0 ? "there is no other data centre" : `${key} may not go to ${words.join(", ")}`;
}
