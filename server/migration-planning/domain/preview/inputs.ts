/**
 * Everything that a draft of a policy is tried on: each component in every place, alone and together with what it is connected
 * to, as the evaluator judges it. Weights and threshold are not in it: they are what a person tries.
 * Rows stand in the order of `TERM_NAMES`; lists by place in the order of `places`.
 */
export interface PreviewInputs {
  readonly at: string;
  /** How much faster than the wall clock the world's runs. */
  readonly worldSpeed: number;
  readonly places: readonly PreviewPlace[];
  readonly components: readonly PreviewComponent[];
  /** Components of one application that call each other, two or more; what could move at once. */
  readonly parts: readonly PreviewPart[];
  /** Terms over all components as they stand. */
  readonly overall: PreviewRow;
  readonly usdPerHour: PreviewUsd;
}

export type PreviewRow = readonly (number | null)[];
/** Compute, traffic, waiting, an hour; of an option the difference to now. */
export type PreviewUsd = readonly [number, number, number];
/** CPU millicores, memory MiB, storage MiB. */
export type PreviewAmounts = readonly [number, number, number];
/** Requests a second by latency bin: the first bin that has any, then its and the following bins' counts. */
export type PreviewCounts = readonly number[];

export interface PreviewPlace {
  readonly name: string;
  readonly free: PreviewAmounts;
  readonly gramsPerKWh: number | null;
}

/** One way to move, in every place. Everything but capacity and partners has been asked: `allowed`. */
export interface PreviewOption {
  readonly allowed: readonly boolean[];
  /** Terms over all components if this alone were done. */
  readonly overall: readonly PreviewRow[];
  readonly usdPerHour: readonly PreviewUsd[];
}

export interface PreviewComponent {
  readonly component: string;
  readonly application: string;
  readonly present: number;
  readonly demand: PreviewAmounts;
  /** It runs in one place, and nothing moves it already. */
  readonly movable: boolean;
  /** Its present place is forbidden: it has to go, whatever it scores. */
  readonly forced: boolean;
  /** Enough was measured to decide on. */
  readonly sufficient: boolean;
  /** Of the world's clock; null: never moved, as far as is known. */
  readonly hoursSinceMove: number | null;
  /** Scores of the last minutes, as `decideMigration` looks at them. */
  readonly series: { readonly performance: readonly number[]; readonly proximity: readonly number[] | null };
  readonly terms: readonly PreviewRow[];
  readonly latencyMsP95: PreviewRow;
  readonly alone: PreviewOption;
  /** Components that it must be beside, or must not be beside. */
  readonly partners: readonly number[];
  /** Null: it has no users of its own. */
  readonly users: PreviewUsers | null;
}

export interface PreviewUsers {
  readonly requestsPerSecond: number;
  readonly targetMs: number | null;
  readonly latency: readonly PreviewCounts[];
}

export interface PreviewPart {
  readonly components: readonly number[];
  readonly together: PreviewOption;
  /** By component of the part, then by place. */
  readonly terms: readonly (readonly PreviewRow[])[];
  readonly latencyMsP95: readonly PreviewRow[];
  readonly latency: readonly (readonly PreviewCounts[] | null)[];
}
