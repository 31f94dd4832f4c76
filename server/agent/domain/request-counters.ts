import { readMetricSamples, readValue, type MetricSample } from "./read-samples.ts";

/** What a component has counted of its requests since its process began, all its label sets together. */
export interface RequestCounters {
  /** Upper bounds in seconds, rising, without the infinite one. */
  readonly bounds: readonly number[];
  /** Requests up to each bound; one entry more than bounds, the last being all requests. */
  readonly cumulative: readonly number[];
  readonly sumSeconds: number;
  readonly errors: number;
  /** When the counting began, as OpenMetrics tells by `_created`; null where it does not. */
  readonly createdSeconds: number | null;
}

/** Histograms of request durations in seconds that are understood, the first one found on a page being taken. */
export const DURATION_FAMILIES = [
  "request_duration_seconds",
  "http_request_duration_seconds",
  "http_server_request_duration_seconds",
  "http_server_requests_seconds",
  "grpc_server_handling_seconds",
] as const;

/** Counters of failed requests; without one, label sets of the histogram whose status is 5xx count as failed. */
export const ERROR_FAMILIES = ["request_errors_total", "http_request_errors_total", "http_requests_errors_total"] as const;

const STATUS_LABELS = ["code", "status", "status_code", "http_response_status_code"] as const;

/** A microsecond: nothing takes less, and the intake takes no bound of 0 ms. */
const BOUND_SECONDS_MIN = 1e-6;

const WANTED = new Set<string>([
  ...DURATION_FAMILIES.flatMap((family) => ["_bucket", "_count", "_sum", "_created"].map((suffix) => family + suffix)),
  ...ERROR_FAMILIES,
]);

/** Null where the page has no such histogram, or one that contradicts itself: what is read must be right, or it is not read. */
export function readRequestCounters(page: string): RequestCounters | null {
  const samples = readMetricSamples(page, (name) => WANTED.has(name));
  if (!samples) return null;
  const family = DURATION_FAMILIES.find((name) => samples.some((sample) => sample.name === `${name}_bucket`));
  return family === undefined ? null : histogramOf(samples, family);
}

interface LabelSet {
  readonly buckets: Map<number, number>;
  count: number | null;
  sum: number;
  created: number | null;
  isFailure: boolean;
}

export function histogramOf(samples: readonly MetricSample[], family: string): RequestCounters | null {
  const sets = new Map<string, LabelSet>();
  for (const sample of samples) if (sample.name.startsWith(family)) addTo(sets, sample, sample.name.slice(family.length));
  const all = [...sets.values()];
  if (all.length === 0 || !all.every(isConsistent)) return null;
  const [first] = all;
  const shared = [...(first?.buckets.keys() ?? [])].filter((bound) => all.every(({ buckets }) => buckets.has(bound)));
  const bounds = shared.filter((bound) => bound >= BOUND_SECONDS_MIN && Number.isFinite(bound)).sort((a, b) => a - b);
  const created = all.flatMap((set) => set.created ?? []);
  return {
    bounds,
    cumulative: [...bounds, Number.POSITIVE_INFINITY].map((bound) => sumOf(all, ({ buckets }) => buckets.get(bound) ?? 0)),
    sumSeconds: sumOf(all, ({ sum }) => sum),
    errors: errorsOf(samples, all),
    createdSeconds: created.length === 0 ? null : Math.min(...created),
  };
}

function addTo(sets: Map<string, LabelSet>, { labels, value }: MetricSample, suffix: string): void {
  const { le, ...others } = labels;
  const key = JSON.stringify(Object.entries(others).sort(([a], [b]) => (a < b ? -1 : 1)));
  const isFailure = STATUS_LABELS.some((label) => others[label]?.startsWith("5"));
  const set = sets.get(key) ?? { buckets: new Map<number, number>(), count: null, sum: 0, created: null, isFailure };
  sets.set(key, set);
  if (suffix === "_bucket") set.buckets.set(readValue(le ?? "") ?? Number.NaN, value);
  else if (suffix === "_count") set.count = value;
  else if (suffix === "_sum") set.sum = value;
  else if (suffix === "_created") set.created = value;
}

/** Rising counts up to an infinite bound that has all of them. */
function isConsistent({ buckets, count, sum }: LabelSet): boolean {
  const all = buckets.get(Number.POSITIVE_INFINITY);
  const rising = [...buckets].sort(([a], [b]) => a - b).map(([, value]) => value);
  const grows = rising.every((value, index) => value >= (rising[index - 1] ?? 0) && value <= Number.MAX_SAFE_INTEGER);
  return all !== undefined && grows && !buckets.has(Number.NaN) && (count === null || count === all) && Number.isFinite(sum);
}

function errorsOf(samples: readonly MetricSample[], sets: readonly LabelSet[]): number {
  const family = ERROR_FAMILIES.find((name) => samples.some((sample) => sample.name === name));
  if (family === undefined)
    return sumOf(sets, ({ isFailure, buckets }) => (isFailure ? (buckets.get(Number.POSITIVE_INFINITY) ?? 0) : 0));
  const errors = sumOf(
    samples.filter(({ name }) => name === family),
    ({ value }) => value,
  );
  return Number.isFinite(errors) ? errors : 0;
}

const sumOf = <T>(items: readonly T[], valueOf: (item: T) => number): number =>
  items.reduce((sum, item) => sum + valueOf(item), 0);
