import type { ComponentRecord, DataCenterRecord, RegistrySnapshot } from "../../../component-registry/domain/registry.ts";

export type ConstraintName = "capacity" | "residency" | "pin" | "affinity" | "anti-affinity" | "unreachable" | "cordoned";

/** The question every constraint answers: may this component run there? */
export interface PlacementQuestion {
  readonly component: ComponentRecord;
  readonly destination: DataCenterRecord;
  readonly registry: RegistrySnapshot;
  readonly now: Date;
}

export interface Refusal {
  readonly constraint: ConstraintName;
  readonly message: string;
}

/** Answers why not, or null. Hard: no score outweighs a refusal. */
export type Constraint = (question: PlacementQuestion) => Refusal | null;
