import type { ComponentRecord, RegistrySnapshot } from "../component-registry/domain/registry.ts";
import type { Actor } from "../platform/actor.ts";
import { AppError } from "../platform/app-error.ts";
import type { Clock } from "../platform/clock.ts";
import type { MigrationRecord } from "./domain/migration.ts";
import { lossOf, lostPlaceOf } from "./domain/plan-healing.ts";
import { judgeMigration } from "./domain/request-migration.ts";
import { viewMigration } from "./domain/view.ts";
import { orderMigration, refusal } from "./migration-service.ts";
import type { MigrationStore, MigrationUnit } from "./ports.ts";

export interface RecoverOrder {
  readonly component: string;
  readonly to: string;
  /** Whoever says so has read what is lost. */
  readonly acceptLoss: boolean;
  readonly reason: string;
  readonly actor: Actor;
  readonly requestId: string | null;
}

export interface RecoverService {
  /** Starts a lost place's component elsewhere without what it kept there, as a run of its own. Throws with the code of what refuses it. */
  recover(order: RecoverOrder): Promise<MigrationRecord>;
}

export interface RecoverServiceDeps {
  readonly store: MigrationStore;
  readonly clock: Clock;
  readonly newId: (prefix: string) => string;
  readonly wake: () => void;
}

export function createRecoverService(deps: RecoverServiceDeps): RecoverService {
  return {
    recover: async (order) => {
      const migration = await deps.store.change((unit) => recover(unit, order, deps));
      deps.wake();
      return migration;
    },
  };
}

async function recover(unit: MigrationUnit, order: RecoverOrder, { clock, newId }: RecoverServiceDeps): Promise<MigrationRecord> {
  const { component: key, to, reason, actor, requestId } = order;
  const now = clock.now();
  const registry = await unit.registry();
  const { component, from, since } = lostComponent(key, registry);
  const loss = lossOf(component, from, registry);
  if (!order.acceptLoss) throw lossNotAccepted(key, loss);
  const judged = judgeMigration({ component: key, from, to, registry, freeze: await unit.freeze(), now, givesUpState: true });
  if (!judged.ok) throw refusal(judged.reasons);
  const migration = await orderMigration(unit, judged.value, {
    order: { from, to, reason, actor },
    now,
    newId,
    watchMs: 0,
    lost: { since, accepted: loss },
  });
  await unit.audit({
    actor,
    action: "component.recover",
    object: { kind: "Component", id: key },
    reason,
    before: { dataCenter: from, epoch: component.epoch },
    after: { dataCenter: to, migration: migration.id, lost: loss, salvage: viewMigration(migration).recovery?.salvage ?? [] },
    requestId,
  });
  return migration;
}

interface Lost {
  readonly component: ComponentRecord;
  readonly from: string;
  readonly since: string;
}

/** A component that can be had without losing anything is not recovered. */
function lostComponent(key: string, registry: RegistrySnapshot): Lost {
  const component = registry.components.find((record) => record.key === key);
  if (!component) throw new AppError("not-found", `no component ${key}`);
  const from = lostPlaceOf(component, registry);
  const since = registry.dataCenters.find(({ name }) => name === from)?.loss?.since;
  if (from === null || since === undefined)
    throw new AppError("conflict", `${key} does not run in a lost data centre: move it instead`, { code: "not-lost" });
  if (component.spec.state.kind === "stateless")
    throw new AppError("conflict", `${key} keeps no state, so that nothing would be lost: move it instead`, {
      code: "stateless",
    });
  return { component, from, since };
}

function lossNotAccepted(key: string, loss: string): AppError {
  const message = `expected true: ${key} would lose ${loss}`;
  return new AppError("bad-input", `acceptLoss: ${message}`, { code: "loss", errors: [{ path: "acceptLoss", message }] });
}
