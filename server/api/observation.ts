import type { AgentDto, DensityDto, KpisDto, LastMinuteDto, UserLatencyDto } from "./shapes/index.ts";
import type { Actor } from "../platform/actor.ts";

export interface Range {
  readonly from: Date;
  readonly to: Date;
  readonly stepSeconds: number;
}

/** What is measured: the reading side of the KPI intake, as the API needs it. */
export interface Observation {
  kpis(query: Range & { component: string; dataCenter: string | null }): Promise<KpisDto>;
  /** `targets`: p95 target in ms by component. */
  lastMinute(now: Date, targets: ReadonlyMap<string, number>): Promise<LastMinuteDto>;
  /** Without `regions` only what all users together got. */
  userLatency(query: Range & { component: string | null; dataCenter: string | null; regions: boolean }): Promise<UserLatencyDto>;
  density(query: { from: Date; to: Date; resolution: number; component: string | null }): Promise<DensityDto>;
  agents(): Promise<AgentDto[]>;
  createAgent(order: {
    name: string;
    components: readonly string[];
    actor: Actor;
    requestId: string | null;
  }): Promise<{ id: string; name: string; components: string[]; secret: string }>;
  /** A new key; with `revokeOld` the one before it ends at once. */
  rotateAgent(order: {
    id: string;
    revokeOld: boolean;
    actor: Actor;
    requestId: string | null;
  }): Promise<{ id: string; name: string; components: string[]; secret: string }>;
  deleteAgent(order: { id: string; actor: Actor; requestId: string | null }): Promise<void>;
}
