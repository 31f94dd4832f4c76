import { policyFor } from "../../component-registry/domain/policy.ts";
import {
  groupOf,
  type ComponentRecord,
  type DataCenterRecord,
  type RegistrySnapshot,
} from "../../component-registry/domain/registry.ts";
import { isPlaceLost, servingInstances } from "../../component-registry/domain/status.ts";
import { refusalsAtTurn, refusalsInPlan } from "../../migration-planning/domain/constraints/index.ts";
import { applyMove } from "../../migration-planning/domain/planner/feasibility.ts";
import type { Move } from "../../migration-planning/domain/predict/placement.ts";
import type { Reason, Result } from "../../platform/result.ts";
import { isFrozen, type Freeze } from "./freeze.ts";
import type { MigrationContext, MigrationRecord, StateKind } from "./migration.ts";

/** What an operator asks for, against what is true now. */
export interface MigrationQuestion {
  readonly component: string;
  readonly from: string;
  readonly to: string;
  readonly registry: RegistrySnapshot;
  readonly freeze: Freeze | null;
  readonly now: Date;
  /** An approver starts it again without what it kept in a lost place. */
  readonly givesUpState?: boolean;
  /** What of its plan comes behind it: who has to be beside one of them is asked where they will be. */
  readonly following?: readonly Move[];
}

export interface AcceptedMigration {
  readonly component: ComponentRecord;
  readonly stateKind: StateKind;
  readonly epochFrom: number;
  readonly epochTo: number;
  /** Instances that serve now in `from`; the targets are named by the caller. */
  readonly sources: readonly string[];
  readonly rails: Omit<MigrationContext, "sources" | "targets">;
}

type Kind = "bad-input" | "not-found" | "conflict" | "constraint";
export type Refused = Reason & { readonly kind: Kind };

/** Accepts or refuses one move; the first reason against it wins, in the order a person would ask. */
export function judgeMigration(question: MigrationQuestion): Result<AcceptedMigration, readonly Refused[]> {
  const { component: key, from, to, registry, freeze, now } = question;
  const component = registry.components.find((record) => record.key === key);
  if (!component) return no("not-found", "not-found", "component", `no component ${key}`);
  if (from === to) return no("bad-input", "bad-input", "to", `expected a data centre other than ${from}`);
  const destination = registry.dataCenters.find((record) => record.name === to);
  if (!registry.dataCenters.some((record) => record.name === from))
    return no("not-found", "not-found", "from", `no data centre ${from}`);
  if (!destination) return no("not-found", "not-found", "to", `no data centre ${to}`);
  // Frozen stops every new move, so it is told before what would stop this one.
  if (isFrozen(freeze, now)) return no("conflict", "frozen", null, `frozen by ${freeze.by.name}: ${freeze.reason}`);
  const open = registry.openMigrations.find((migration) => migration.componentKey === key);
  if (open) return no("conflict", "busy", "component", `migration ${open.id} is moving ${key} already`);
  const sources = servingInstances(registry.instances, key).filter((instance) => instance.dataCenter === from);
  if (sources.length === 0) return no("conflict", "not-there", "from", `${key} does not run in ${from}`);
  const isCutOff = component.spec.state.kind !== "stateless" && isPlaceLost(registry, from);
  if (isCutOff && question.givesUpState !== true)
    return no("conflict", "lost", "from", `${from} is lost: ${key} can only be recovered, without what it kept there`);
  const { following = [] } = question;
  return judgePlace({ component, destination, registry, now, following, sources: sources.map((instance) => instance.name) });
}

interface PlaceQuestion {
  readonly component: ComponentRecord;
  readonly destination: DataCenterRecord;
  readonly registry: RegistrySnapshot;
  readonly now: Date;
  readonly following: readonly Move[];
  readonly sources: readonly string[];
}

function judgePlace({ sources, following, ...question }: PlaceQuestion): Result<AcceptedMigration, readonly Refused[]> {
  const { component, registry } = question;
  const [refusal] = refusalsAtTurn(question, following.reduce(applyMove, registry));
  if (refusal) return no("constraint", refusal.constraint, "to", refusal.message);
  const { guardRails } = policyFor(registry.policies, component.application).spec;
  const { pauseBudgetMs, holdDeadlineMs, watchMs, regressionPercent } = guardRails;
  const { state, replicas } = component.spec;
  const isTried = state.kind === "stateless" && replicas.max >= 2 && guardRails.canaryPercent > 0 && watchMs > 0;
  return {
    ok: true,
    value: {
      component,
      stateKind: component.spec.state.kind,
      epochFrom: component.epoch,
      epochTo: component.epoch + 1,
      sources,
      rails: {
        pauseBudgetMs,
        holdDeadlineMs,
        watchMs,
        regressionPercent,
        canary: isTried ? { percent: guardRails.canaryPercent, ms: guardRails.canaryMs } : null,
      },
    },
  };
}

/** What a manifest says, against what a world allows: room that was reserved is there, and a cordon is for what is new. */
const SAID_BY_MANIFESTS = new Set(["pin", "residency", "affinity", "anti-affinity"]);

/** Why a move that runs may not end where it goes, by the manifests of now. A way back is never forbidden. */
export function forbiddenBy(
  { componentKey, to, rollbackOf, ...move }: Pick<MigrationRecord, "componentKey" | "to" | "rollbackOf" | "planId" | "context">,
  registry: RegistrySnapshot,
  now: Date,
): string | null {
  const component = registry.components.find((record) => record.key === componentKey);
  const destination = registry.dataCenters.find((record) => record.name === to);
  if (!component || !destination || rollbackOf !== null) return null;
  const refusal = refusalsInPlan({ component, destination, registry, now }, groupOf(move)).find(({ constraint }) =>
    SAID_BY_MANIFESTS.has(constraint),
  );
  return refusal ? `${refusal.constraint}: ${refusal.message}` : null;
}

function no(kind: Kind, code: string, path: string | null, message: string): { ok: false; reasons: readonly Refused[] } {
  return { ok: false, reasons: [{ kind, code, path, message }] };
}
