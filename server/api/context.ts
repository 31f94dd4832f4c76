import type { AuditReader } from "../audit/index.ts";
import type { RegistryService } from "../component-registry/index.ts";
import type { Connectivity } from "../connectivity-management/index.ts";
import type { ApiKeys, Auth } from "../identity/index.ts";
import type { Observation } from "./observation.ts";
import type { Looks, Previews } from "../migration-planning/index.ts";
import type { Analysis } from "../performance-analysis/index.ts";
import type {
  AutoRunService,
  DrainService,
  FreezeService,
  HistoryService,
  MigrationService,
  PlanService,
  RecoverService,
  ShadowService,
} from "../orchestration/index.ts";
import type { Actor } from "../platform/actor.ts";
import type { Clock } from "../platform/clock.ts";
import type { Alerts } from "../alerts/index.ts";
import type { RoutingView } from "../routing-layer/index.ts";
import type { EventStream } from "../platform/db/event-stream.ts";
import type { Logger } from "../platform/logger.ts";

/** What the world tells about itself, for the console's frame. */
export interface WorldInfo {
  readonly name: string;
  readonly lab: boolean;
  /** Data centre in which the orchestrator stands; null outside the lab. */
  readonly place: string | null;
  readonly gatewayUrl: string;
  readonly geoipAttribution: { readonly text: string; readonly url: string } | null;
  /** How much faster than the wall clock the lab's runs; null outside the lab. */
  readonly labSpeed: number | null;
  /** The lab's clock of the day; null outside the lab or while it does not answer. */
  labClock(): Promise<string | null>;
}

/** Everything a procedure may use. Built once a process by `server/processes/compose-services.ts`. */
export interface Services {
  readonly registry: RegistryService;
  readonly migrations: MigrationService;
  readonly plans: PlanService;
  readonly history: HistoryService;
  readonly analysis: Analysis;
  readonly looks: Looks;
  readonly previews: Previews;
  readonly freeze: FreezeService;
  readonly autoRun: AutoRunService;
  readonly shadow: ShadowService;
  readonly drains: DrainService;
  readonly recoveries: RecoverService;
  readonly audit: AuditReader;
  readonly observation: Observation;
  readonly connectivity: Connectivity;
  readonly routing: RoutingView;
  readonly alerts: Alerts;
  readonly events: EventStream;
  readonly idempotency: Idempotency;
  readonly auth: Auth;
  readonly keys: ApiKeys;
  readonly world: WorldInfo;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Runs `work` once for one principal's key: a repeat answers what was stored, another body is refused. */
export interface Idempotency {
  once(
    request: { principal: string; key: string; requestHash: string },
    work: () => Promise<StoredAnswer>,
  ): Promise<StoredAnswer>;
}

export interface StoredAnswer {
  readonly status: number;
  readonly body: unknown;
}

export interface Context {
  readonly services: Services;
  /** Null: nobody signed in and no key given. */
  readonly actor: Actor | null;
  readonly requestId: string;
}
