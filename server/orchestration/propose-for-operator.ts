import { modeOf, policyFor } from "../component-registry/domain/policy.ts";
import type { ComponentRecord, RegistrySnapshot } from "../component-registry/domain/registry.ts";
import type { Look, PolicyView } from "../migration-planning/index.ts";
import type { PlanRecord } from "../migration-planning/domain/plan/plan-record.ts";
import type { Planner } from "../migration-planning/domain/planner/planner.ts";
import type { Actor } from "../platform/actor.ts";
import { AppError } from "../platform/app-error.ts";
import { inMode } from "./domain/decide-plan.ts";
import { proposeFor } from "./propose-plan.ts";
import { readRailState, type RailSource } from "./rail-state.ts";

export interface OperatorQuestion {
  readonly look: Look;
  readonly planner: Planner;
  readonly source: RailSource;
  readonly now: Date;
  readonly newId: (prefix: string) => string;
  readonly order: {
    readonly components: readonly string[] | null;
    readonly policy: string | null;
    readonly actor: Pick<Actor, "kind" | "name">;
  };
}

/**
 * The plan that somebody asks for. A plan is made under one policy: the one that is named, the one of the named components, or the
 * one under which most is gained. What is in mode observe is never planned.
 */
export async function proposeForOperator(question: OperatorQuestion): Promise<PlanRecord> {
  const { look, order } = question;
  const named = order.components === null ? null : namedComponents(order.components, look.registry);
  const views = viewsFor(question, named);
  const asked = (named ?? look.registry.components).filter(({ key }) => views.some(({ components }) => components.has(key)));
  const plannable = views.flatMap((view) => {
    const components = asked.filter(({ key }) => view.components.has(key));
    const group = named === null ? plannableOf(components, look.registry) : { components: keysOf(components), modes: PLANNED };
    return group.components.length === 0 && asked.length > 0 ? [] : [{ view, ...group }];
  });
  if (plannable.length === 0) throw observed(asked, look.registry);
  const proposals: PlanRecord[] = [];
  for (const { view, components, modes } of plannable) proposals.push(await propose(question, { view, components, modes }));
  const [first, ...others] = proposals;
  if (!first) throw new Error("no policy proposed anything");
  const gainOf = ({ content }: PlanRecord): number => (content.moves.length === 0 ? -1 : content.totals.gainPercent);
  return others.reduce((best, one) => (gainOf(one) > gainOf(best) ? one : best), first);
}

type Group = Pick<Parameters<typeof proposeFor>[0], "modes" | "components"> & { readonly view: PolicyView };

async function propose({ look, planner, source, now, newId, order }: OperatorQuestion, group: Group): Promise<PlanRecord> {
  const { policy } = group.view;
  return proposeFor({
    look,
    planner,
    ...group,
    only: order.components !== null,
    busy: new Set(),
    railState: await readRailState(source, { look, policy, openMoves: look.registry.openMigrations, now }),
    proposedBy: { kind: order.actor.kind, name: order.actor.name },
    now,
    newId,
  });
}

const PLANNED: Group["modes"] = ["recommend", "approve", "auto"];
const keysOf = (components: readonly ComponentRecord[]): string[] => components.map(({ key }) => key);

/** Plans that nobody may run are made apart from those that somebody may, or one would hold the other. */
function plannableOf(
  components: readonly ComponentRecord[],
  { policies }: RegistrySnapshot,
): Pick<Group, "components" | "modes"> {
  const keysIn = (modes: Group["modes"]): string[] =>
    keysOf(components.filter((component) => modes.includes(modeOf(policies, component))));
  const runnable = keysIn(["approve", "auto"]);
  if (runnable.length > 0) return { components: runnable, modes: ["approve", "auto"] };
  return { components: keysIn(["recommend"]), modes: ["recommend"] };
}

function namedComponents(keys: readonly string[], registry: RegistrySnapshot): readonly ComponentRecord[] {
  const found = keys.map((key, index) => {
    const component = registry.components.find((record) => record.key === key);
    if (!component) throw badInput(`components.${index}`, `no component ${key}`);
    if (modeOf(registry.policies, component) === "observe") throw observed([component], registry);
    return component;
  });
  const [first] = found.map(({ application }) => policyFor(registry.policies, application).name);
  const other = found.findIndex(({ application }) => policyFor(registry.policies, application).name !== first);
  if (other < 0) return found;
  const { name } = policyFor(registry.policies, found[other]?.application ?? "");
  throw badInput(
    `components.${other}`,
    `it is under the policy ${name}, the first one under ${first ?? ""}: plan them one by one`,
  );
}

function viewsFor({ look, order }: OperatorQuestion, named: readonly ComponentRecord[] | null): readonly PolicyView[] {
  const [first] = named ?? [];
  const own = first === undefined ? look.views : look.views.filter(({ components }) => components.has(first.key));
  if (order.policy === null) return own;
  const asked = own.filter(({ policy }) => policy.name === order.policy);
  if (asked.length === 0)
    throw badInput(
      "policy",
      first === undefined ? `no policy ${order.policy} is in force` : `${first.key} is not under ${order.policy}`,
    );
  return asked;
}

function observed(components: readonly ComponentRecord[], registry: RegistrySnapshot): AppError {
  const [first] = components;
  const what = first === undefined ? "nothing is registered that could be planned" : inMode(first, registry);
  return new AppError("conflict", `${what}: it is scored, and nothing is planned`, { code: "mode" });
}

const badInput = (path: string, message: string): AppError =>
  new AppError("bad-input", `${path}: ${message}`, { errors: [{ path, message }] });
