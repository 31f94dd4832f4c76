import type { ComponentSpec, DataCenterSpec, LinkSpec, PolicySpec } from "./manifest.ts";

/** The registry as one consistent reading of it: what decisions are made from. Keys are `application/name` for components. */
export interface RegistrySnapshot {
  readonly dataCenters: readonly DataCenterRecord[];
  readonly components: readonly ComponentRecord[];
  readonly instances: readonly InstanceRecord[];
  readonly links: readonly LinkRecord[];
  readonly policies: readonly PolicyRecord[];
  readonly reservations: readonly ReservationRecord[];
  /** Migrations that have not ended (`rolling_back` ones excepted, whose reverse migration counts). */
  readonly openMigrations: readonly OpenMigration[];
}

export interface DataCenterRecord {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly generation: number;
  readonly spec: DataCenterSpec;
  readonly lastSeenAt: Date | null;
  /** Being emptied: it takes nothing new. Absent or null: it is not. */
  readonly drain?: Drain | null;
  /** Neither its host nor its instances can be reached. Absent or null: it is not lost. */
  readonly loss?: PlaceLoss | null;
}

export interface Drain {
  readonly reason: string;
  /** RFC 3339. */
  readonly since: string;
  readonly by: { readonly kind: "user" | "key" | "system"; readonly name: string };
  /** The newest plan that empties it. */
  readonly plan: string | null;
  /** How many components ran there when it began. */
  readonly components: number;
}

export interface PlaceLoss {
  /** RFC 3339: when it was last heard of. */
  readonly since: string;
  readonly components: readonly LostComponent[];
}

/** What becomes of a component of which every instance is in lost places. */
export interface LostComponent {
  readonly component: string;
  /** `ordered`: it is being placed again; `waits`: it may not be, for now; `needs-approver`: its state would be lost. */
  readonly outcome: "ordered" | "waits" | "needs-approver";
  readonly message: string;
  readonly migration: string | null;
}

export interface ComponentRecord {
  readonly key: string;
  readonly application: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly generation: number;
  readonly spec: ComponentSpec;
  readonly epoch: number;
  /** How the present placement scores; null where nothing is known yet. */
  readonly score: ComponentScore | null;
  readonly candidate: boolean | null;
  readonly createdAt: Date;
}

export interface ComponentScore {
  readonly terms: Readonly<Record<string, number | null>>;
  readonly combined: number | null;
}

export const INSTANCE_STATES = ["starting", "ready", "sealed", "draining", "stopped", "failed"] as const;
export type InstanceState = (typeof INSTANCE_STATES)[number];

export interface InstanceRecord {
  readonly name: string;
  readonly componentKey: string;
  readonly dataCenter: string;
  readonly state: InstanceState;
  readonly epoch: number;
  readonly version: string;
  readonly agent: string | null;
  readonly pid: number | null;
  readonly host: string;
  readonly port: number | null;
  readonly restarts: number;
  readonly desired: boolean;
  readonly migrationId: string | null;
  /** Given up with its state: what it kept stays on its host when it is stopped. */
  readonly salvage?: boolean;
  readonly lastExit: string | null;
  readonly nextRestartAt: Date | null;
  readonly startedAt: Date | null;
  readonly changedAt: Date;
}

export interface LinkRecord {
  readonly from: string;
  readonly to: string;
  readonly generation: number;
  readonly spec: LinkSpec;
}

export interface PolicyRecord {
  readonly name: string;
  readonly generation: number;
  readonly spec: PolicySpec;
}

export interface ReservationRecord {
  readonly migrationId: string;
  readonly dataCenter: string;
  readonly cpuMillicores: number;
  readonly memoryMiB: number;
  readonly storageMiB: number;
}

export interface OpenMigration {
  readonly id: string;
  readonly componentKey: string;
  readonly from: string;
  readonly to: string;
  /** The plan that it is part of, or that it takes back. Absent or null: it was ordered by itself. */
  readonly planId?: string | null;
  /** One that aborts comes to nothing. */
  readonly state?: string;
  /** Absent or null: the target takes all users at once, or does not own the component yet. */
  readonly canary?: CanaryRoute | null;
}

/** Those that are made together: the moves of one plan, or all the ways back from it. Null: it was ordered by itself. */
export const groupOf = ({ planId, context }: GroupedMove): string | null => planId ?? context.returnOf ?? null;

interface GroupedMove {
  readonly planId: string | null;
  readonly context: { readonly returnOf?: string | null };
}

/** A move without state of which both sides run: which of them users are sent to. */
export interface CanaryRoute {
  /** Of the target. */
  readonly percent: number;
  /** Names of the instances that served before. */
  readonly sources: readonly string[];
  readonly serves: "both" | "targets" | "sources";
}
