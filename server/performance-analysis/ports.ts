import type { InstanceUse, LinkUse } from "./domain/bucket.ts";

/** A row of traffic with where its users are, as the intake stored it. */
export interface TrafficEvidence {
  readonly at: Date;
  readonly component: string;
  readonly entry: string;
  readonly dataCenter: string | null;
  readonly isUser: boolean;
  readonly region: string | null;
  readonly cell: string | null;
  readonly requests: number;
  readonly errors: number;
  /** Packed histogram. */
  readonly counts: Uint8Array;
}

/** One window of one instance, as its agent reported it. */
export type InstanceEvidence = Omit<InstanceUse, "counts"> & { readonly at: Date; readonly counts: Uint8Array };

/** What was measured, as the analysis needs it. */
export interface EvidenceReader {
  traffic(from: Date, to: Date): Promise<readonly TrafficEvidence[]>;
  instances(from: Date, to: Date): Promise<readonly InstanceEvidence[]>;
  links(from: Date, to: Date): Promise<readonly (LinkUse & { readonly at: Date })[]>;
}
