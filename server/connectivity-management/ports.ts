/** What agents saw of one ordered pair of data centres in a span of time. */
export interface MeasuredLink {
  readonly from: string;
  readonly to: string;
  readonly rttMsMin: number;
  readonly rttMsP50: number;
  readonly rttMsP95: number;
  /** Median of the agents' own medians: what decisions use. */
  readonly rttMsTypical: number;
  /** Mean absolute difference of successive round-trip times (RFC 3550 without its smoothing). */
  readonly jitterMs: number;
  /** 0..1, probes that did not come back within their deadline. */
  readonly lossShare: number;
  /** Median of real transfers; null while none was measured. */
  readonly throughputMbps: number | null;
  readonly probes: number;
  readonly lastAt: Date;
}

export interface MeasuredPoint {
  readonly at: Date;
  /** Null where nothing came back in the step. */
  readonly rttMsP50: number | null;
  readonly rttMsP95: number | null;
  readonly jitterMs: number | null;
  readonly lossShare: number;
  readonly throughputMbps: number | null;
}

export interface PairSpan {
  readonly from: string;
  readonly to: string;
  readonly since: Date;
  readonly until: Date;
  readonly stepSeconds: number;
}

/** One link in one step of time. */
export interface LinkStep {
  readonly at: Date;
  readonly from: string;
  readonly to: string;
  /** Null: no probe came back. */
  readonly rttMsP50: number | null;
  readonly probes: number;
  readonly lost: number;
}

export interface MeasuredLinks {
  /** Every link, step by step; steps begin at whole multiples of their length. */
  steps(since: Date, until: Date, stepSeconds: number): Promise<readonly LinkStep[]>;
  /** Every pair of which a probe came back in that span. */
  within(since: Date, until: Date): Promise<readonly MeasuredLink[]>;
  /** One pair over time; steps without a probe are absent. */
  over(span: PairSpan): Promise<readonly MeasuredPoint[]>;
}
