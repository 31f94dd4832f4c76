import { modeOf, RUN_BY_PEOPLE } from "../../component-registry/domain/policy.ts";
import type { RegistrySnapshot } from "../../component-registry/domain/registry.ts";
import { componentState, dataCenterState, servingInstances } from "../../component-registry/domain/status.ts";
import type { Breach } from "../../performance-analysis/domain/breach.ts";
import type { Bucket } from "../../performance-analysis/domain/bucket.ts";
import { alertId, inOrder, severityOf, type Alert, type AlertKind, type Finding } from "./alert.ts";
import { causeOf } from "./cause.ts";

export interface OpenPlan {
  readonly id: string;
  readonly expiresAt: Date;
  readonly summary: string;
  readonly moves: readonly { readonly component: string; readonly from: string }[];
}

export interface EndedMove {
  readonly id: string;
  readonly component: string;
  readonly to: string;
  readonly endedAt: Date;
  readonly failed: string | null;
  /** Why it gave up by itself before its point of no return; null where somebody asked it to. */
  readonly gaveUp: string | null;
  /** Its receipt says that it did not do what it promised. */
  readonly missed: boolean;
}

/** A policy whose moves no longer run by themselves, until somebody resumes it. */
export interface StoppedAutoRun {
  readonly policy: string;
  readonly since: Date;
  readonly why: string;
}

export interface SeenAgent {
  readonly id: string;
  readonly name: string;
  readonly components: readonly string[];
  readonly createdAt: Date;
  readonly lastSeenAt: Date | null;
}

export interface AlertInput {
  readonly registry: RegistrySnapshot;
  readonly breaches: readonly Breach[];
  readonly buckets: readonly Bucket[];
  readonly plans: readonly OpenPlan[];
  readonly moves: readonly EndedMove[];
  readonly stops: readonly StoppedAutoRun[];
  readonly agents: readonly SeenAgent[];
  readonly now: Date;
}

/** An agent sends each ten seconds and keeps what it cannot send; after six of them it is silent. */
const AGENT_SILENT_MS = 60_000;
const EXPIRES_SOON_MS = 10 * 60_000;
const MOVE_TOLD_MS = 24 * 3_600_000;
/** An instance that has just started has an agent that has not reported yet. */
const SETTLING_MS = 60_000;

const finding = (
  kind: AlertKind,
  key: readonly string[],
  rest: Partial<Finding> & Pick<Finding, "object" | "since" | "message">,
) => ({
  kind,
  key,
  severity: severityOf(kind),
  component: null,
  dataCenter: null,
  region: null,
  ...rest,
});

/** Everything that is wrong now, worst first, each with why and what would help. */
export function findAlerts(input: AlertInput): readonly Alert[] {
  const findings: readonly Finding[] = [
    ...input.breaches.map(ofBreach),
    ...components(input),
    ...places(input),
    ...moves(input),
    ...input.stops.map(ofStop),
    ...agents(input),
    ...expiring(input),
  ];
  return inOrder(
    findings.map(({ key, ...rest }) => ({
      ...rest,
      id: alertId(rest.kind, key),
      cause: causeOf(rest.kind, rest.component, input.buckets, input.now),
      plan: planFor(rest, input.plans),
    })),
  );
}

function ofBreach(breach: Breach): Finding {
  const { kind, subject, component, dataCenter, region, since, message } = breach;
  const object =
    kind === "link"
      ? { kind: "Link", id: subject }
      : component !== null
        ? { kind: "Component", id: component }
        : { kind: "DataCenter", id: dataCenter ?? subject };
  const key = [
    subject,
    ...(dataCenter === null || kind === "place-full" ? [] : [dataCenter]),
    ...(region === null ? [] : [region]),
  ];
  return finding(kind, key, { object, component, dataCenter, region, since, message });
}

function components({ registry }: AlertInput): Finding[] {
  return registry.components.flatMap((component): Finding[] => {
    const state = componentState(component, registry);
    if (state !== "down" && state !== "degraded") return [];
    const serving = servingInstances(registry.instances, component.key);
    const away = serving.filter((instance) => instance.state !== "ready");
    // Of a component that lacks instances every one of which is ready, nothing better is known than when they came.
    const since = new Date(Math.min(...(away.length > 0 ? away : serving).map(({ changedAt }) => changedAt.getTime())));
    const ends = away.flatMap(({ lastExit }) => lastExit ?? []);
    const said = ends[0] === undefined ? "" : `; the last one ended: ${ends[0]}`;
    const ready = serving.length - away.length;
    const message =
      state === "down"
        ? `no instance of ${component.key} is ready${said}`
        : `${ready} of ${Math.max(serving.length, component.spec.replicas.min)} instances of ${component.key} are ready${said}`;
    const dataCenter = serving[0]?.dataCenter ?? null;
    const object = { kind: "Component", id: component.key };
    return [finding(`component-${state}`, [component.key], { object, component: component.key, dataCenter, since, message })];
  });
}

function places({ registry, now }: AlertInput): Finding[] {
  return registry.dataCenters
    .filter((place) => dataCenterState(place, now) === "unreachable")
    .map(({ name, lastSeenAt }) => {
      const running = new Set(
        registry.instances.filter(({ dataCenter }) => dataCenter === name).map(({ componentKey }) => componentKey),
      );
      const what =
        running.size === 0
          ? "nothing runs there"
          : `${running.size} ${running.size === 1 ? "component" : "components"} run there`;
      const message = `${name} ${lastSeenAt === null ? "was never heard of" : "does not answer"}; ${what}`;
      const object = { kind: "DataCenter", id: name };
      return finding("data-center-unreachable", [name], { object, dataCenter: name, since: lastSeenAt, message });
    });
}

function moves({ moves: ended, now }: AlertInput): Finding[] {
  return ended
    .filter(({ endedAt }) => now.getTime() - endedAt.getTime() < MOVE_TOLD_MS)
    .flatMap(({ id, component, to, endedAt, failed, gaveUp, missed }): Finding[] => {
      const told = (kind: AlertKind, words: string): Finding[] => {
        const message = `the move of ${component} to ${to} ${words}`;
        return [finding(kind, [id], { object: { kind: "Migration", id }, component, dataCenter: to, since: endedAt, message })];
      };
      if (failed !== null) return told("migration-failed", `failed: ${failed}`);
      if (gaveUp !== null) return told("migration-failed", `gave up: ${gaveUp}`);
      return missed ? told("receipt-missed", "did not do what it promised") : [];
    });
}

function ofStop({ policy, since, why }: StoppedAutoRun): Finding {
  const message = `auto-run of the policy ${policy} has stopped: ${why}`;
  return finding("auto-run-stopped", [policy], { object: { kind: "Policy", id: policy }, since, message });
}

function agents({ agents: all, registry, now }: AlertInput): Finding[] {
  return all.flatMap((agent): Finding[] => {
    const instance = registry.instances.find((record) => record.agent === agent.id);
    const heard = agent.lastSeenAt ?? agent.createdAt;
    if (now.getTime() - heard.getTime() < AGENT_SILENT_MS) return [];
    // Beside an instance that does not run nobody is expected to speak; who never spoke may not have begun.
    const settled = instance?.startedAt ? now.getTime() - instance.startedAt.getTime() > SETTLING_MS : false;
    if (instance ? instance.state !== "ready" || !settled : agent.lastSeenAt === null) return [];
    const component = instance?.componentKey ?? agent.components[0] ?? null;
    const message = `the agent ${agent.name} ${agent.lastSeenAt === null ? "has never reported" : "no longer reports"}`;
    const object = { kind: "Agent", id: agent.id };
    return [
      finding("agent-silent", [agent.id], { object, component, dataCenter: instance?.dataCenter ?? null, since: heard, message }),
    ];
  });
}

/** A plan without moves decides nothing, and one with a component whose plans are not run is refused to whoever approves it. */
function isAwaited({ moves }: OpenPlan, { components, policies }: RegistrySnapshot): boolean {
  const moved = components.filter(({ key }) => moves.some(({ component }) => component === key));
  return moves.length > 0 && moved.every((component) => RUN_BY_PEOPLE.includes(modeOf(policies, component)));
}

function expiring({ plans, registry, now }: AlertInput): Finding[] {
  return plans
    .filter(({ expiresAt }) => expiresAt > now && expiresAt.getTime() - now.getTime() < EXPIRES_SOON_MS)
    .filter((plan) => isAwaited(plan, registry))
    .map(({ id, expiresAt, summary }) =>
      finding("plan-expiring", [id], {
        object: { kind: "Plan", id },
        since: new Date(expiresAt.getTime() - EXPIRES_SOON_MS),
        message: `nobody has decided on it and it ends soon: ${summary}`,
      }),
    );
}

/** Nothing else can be helped by moving something. */
const HELPED_BY_MOVES: ReadonlySet<string> = new Set(["Component", "DataCenter", "Link"]);

/** A plan that moves the component, or takes something away from the place. */
function planFor({ kind, object, component, dataCenter }: Omit<Finding, "key">, plans: readonly OpenPlan[]): string | null {
  if (kind === "plan-expiring") return object.id;
  if (!HELPED_BY_MOVES.has(object.kind)) return null;
  const fits = (plan: OpenPlan): boolean =>
    plan.moves.some((move) => (component === null ? move.from === dataCenter : move.component === component));
  return plans.find(fits)?.id ?? null;
}
