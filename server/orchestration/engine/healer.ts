import type { LostComponent, PlaceLoss, RegistrySnapshot } from "../../component-registry/domain/registry.ts";
import { policyOfComponent } from "../../component-registry/domain/policy.ts";
import type { Look, Looks } from "../../migration-planning/index.ts";
import { movesOfLastHour, type MoveBetween } from "../../migration-planning/domain/plan/rail-facts.ts";
import { withMoves, type Move } from "../../migration-planning/domain/predict/placement.ts";
import { systemActor } from "../../platform/actor.ts";
import { canonicalJson } from "../../platform/db/audit-trail.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Logger } from "../../platform/logger.ts";
import type { RoutingControl } from "../../routing-layer/index.ts";
import { overHour, overPlace, planHealing, type Healing } from "../domain/plan-healing.ts";
import { isDoubtful, judgeLoss, silentMs, type LossQuestion, type Reach } from "../domain/place-loss.ts";
import { judgeMigration } from "../domain/request-migration.ts";
import { orderMigration } from "../migration-service.ts";
import type { MigrationStore, MigrationUnit } from "../ports.ts";
import type { InventoryStore, LeasedChanges } from "./ports.ts";

export interface HealerDeps {
  readonly term: number;
  readonly inventory: Pick<InventoryStore, "read" | "setLoss">;
  readonly changes: LeasedChanges;
  readonly store: Pick<MigrationStore, "freeze" | "past">;
  readonly looks: Looks;
  readonly control: RoutingControl;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly newId: (prefix: string) => string;
  /** There is something new to run. */
  readonly onChange: () => void;
}

const TARGETS_MAX = 20;
/** What made a move give up is seldom gone within this time. */
const AGAIN_AFTER_MS = 60_000;
const HEALER = systemActor("self-healing");

/** Finds places that are lost and that are back, and orders again elsewhere what may be ordered. One pass at a time. */
export function createHealer(deps: HealerDeps): { pass(): Promise<void> } {
  const listeningSince = deps.clock.now();
  return {
    pass: async () => {
      const before = await deps.inventory.read();
      let changed = false;
      for (const place of before.dataCenters) {
        const question = { place, policies: before.policies, listeningSince, now: deps.clock.now() };
        const reach =
          (place.loss ?? null) === null && isDoubtful(question) ? await askEntries(deps, before, place.name) : "unknown";
        changed = (await record(deps, question, reach)) || changed;
      }
      const registry = changed ? await deps.inventory.read() : before;
      if (registry.dataCenters.some(({ loss = null }) => loss !== null)) await heal(deps, registry, listeningSince);
    },
  };
}

/** Entries at other places, all at once: one that reaches anything there is enough for the place not to be lost. */
async function askEntries({ control }: HealerDeps, { instances }: RegistrySnapshot, place: string): Promise<Reach> {
  const targets = instances
    .filter(({ dataCenter, desired }) => dataCenter === place && desired)
    .flatMap(({ dataCenter, host, port }) => (port === null ? [] : [{ dataCenter, host, port }]))
    .slice(0, TARGETS_MAX);
  if (targets.length === 0) return "unknown";
  const entries = (await control.statuses().catch(() => [])).map(({ entry }) => entry).filter((entry) => entry !== place);
  const asked = await Promise.allSettled(entries.map((entry) => control.probe(entry, { targets })));
  const answers = asked.flatMap((answer) => (answer.status === "fulfilled" ? [answer.value] : []));
  if (answers.length === 0) return "unknown";
  return answers.some((reached) => reached > 0) ? "reached" : "not-reached";
}

async function record(deps: HealerDeps, question: LossQuestion, reach: Reach): Promise<boolean> {
  const { place } = question;
  const verdict = judgeLoss(question, reach);
  if (verdict === "unchanged") return false;
  const loss = verdict === "back" ? null : { since: (place.lastSeenAt ?? question.now).toISOString(), components: [] };
  await deps.inventory.setLoss(deps.term, place.name, loss);
  deps.logger.warn({ place: place.name }, verdict === "back" ? "a lost data centre is back" : "a data centre is lost");
  deps.onChange();
  return true;
}

async function heal(deps: HealerDeps, registry: RegistrySnapshot, listeningSince: Date): Promise<void> {
  const { clock, looks, store } = deps;
  const now = clock.now();
  const look = await looks.latest().catch(() => null);
  const worldSpeed = look?.worldSpeed ?? 1;
  const lastHour = async (source: Pick<MigrationStore, "past">, { openMigrations }: RegistrySnapshot) =>
    // What gave up has changed nothing: a place that was lost for a moment must not use up the hour of the next one.
    movesOfLastHour({
      now,
      worldSpeed,
      openMoves: openMigrations,
      pastMoves: (await source.past()).filter((move) => move.committed),
    });
  const healing = planHealing({
    registry,
    freeze: await store.freeze(),
    now,
    silentMs: (name) => {
      const place = registry.dataCenters.find((record) => record.name === name);
      return place ? silentMs({ place, listeningSince, now }) : 0;
    },
    movesLastHour: await lastHour(store, registry),
    triedLately: new Set(
      (await store.past())
        .filter(({ gaveUp, endedAt }) => gaveUp && now.getTime() - endedAt.getTime() < AGAIN_AFTER_MS)
        .map(({ component }) => component),
    ),
    scoreIn: (component, to) => scoreIn(look, component, to),
  });
  const ordered = healing.moves.length === 0 ? new Map<string, string>() : await order(deps, healing.moves, lastHour);
  await tell(deps, registry, healing, ordered);
}

function scoreIn(look: Look | null, component: string, to: string): number | null {
  if (look === null) return null;
  const { evaluator } = look;
  return evaluator.judge(component, withMoves(evaluator.model.present, [{ component, to }]))?.combined ?? null;
}

/** Each as a migration of its own, which the engine runs like any other; what is not true any more is left for the next pass. */
async function order(deps: HealerDeps, moves: readonly Move[], lastHour: LastHour): Promise<ReadonlyMap<string, string>> {
  const ordered = await deps.changes.change(deps.term, async (unit) => {
    const ids: [string, string][] = [];
    for (const move of moves) {
      const id = (await isWithinBudget(unit, move, lastHour)) ? await orderOne(deps, unit, move) : null;
      if (id !== null) ids.push([move.component, id]);
    }
    return new Map(ids);
  });
  deps.onChange();
  return ordered;
}

type LastHour = (source: Pick<MigrationUnit, "past">, registry: RegistrySnapshot) => Promise<readonly MoveBetween[]>;

/** Asked again where it is ordered: a plan may have taken what was left of the hour since the pass began. */
async function isWithinBudget(unit: MigrationUnit, { component, to }: Move, lastHour: LastHour): Promise<boolean> {
  const registry = await unit.registry();
  const { guardRails } = policyOfComponent(registry.policies, component).spec;
  const moves = await lastHour(unit, registry);
  return (overHour(guardRails, moves) ?? overPlace(guardRails, moves, to)) === null;
}

async function orderOne(
  { clock, newId }: HealerDeps,
  unit: MigrationUnit,
  { component, from, to }: Move,
): Promise<string | null> {
  const now = clock.now();
  const registry = await unit.registry();
  const loss = registry.dataCenters.find(({ name }) => name === from)?.loss ?? null;
  const judged = judgeMigration({ component, from, to, registry, freeze: await unit.freeze(), now });
  if (!judged.ok || loss === null) return null;
  const reason = `${from} is lost: placed again`;
  const { id } = await orderMigration(unit, judged.value, {
    order: { from, to, reason, actor: HEALER },
    now,
    newId,
    // There is nothing to compare it with.
    watchMs: 0,
    lost: { since: loss.since, accepted: null },
  });
  await unit.audit({
    actor: HEALER,
    action: "migration.create",
    object: { kind: "Migration", id },
    reason,
    after: { component, from, to, policy: policyOfComponent(registry.policies, component).name },
  });
  return id;
}

/** Written only where it says something else than before: listeners hear of each change once. */
async function tell(
  deps: HealerDeps,
  registry: RegistrySnapshot,
  { lost }: Healing,
  ordered: ReadonlyMap<string, string>,
): Promise<void> {
  for (const { name, loss = null } of registry.dataCenters) {
    if (loss === null) continue;
    const components = (lost.get(name) ?? []).map((one): LostComponent => {
      const migration = one.migration ?? ordered.get(one.component) ?? null;
      return { ...one, migration };
    });
    const next: PlaceLoss = { since: loss.since, components };
    if (canonicalJson(components) !== canonicalJson(loss.components)) await deps.inventory.setLoss(deps.term, name, next);
  }
}
