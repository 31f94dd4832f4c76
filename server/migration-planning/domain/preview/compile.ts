import { BINS, shareWithin } from "../../../kpi-intake/domain/histogram.ts";
import { TERM_NAMES } from "../terms/index.ts";
import type { PreviewCounts, PreviewInputs, PreviewOption, PreviewRow, PreviewUsers } from "./inputs.ts";

export const TERMS = TERM_NAMES.length;
const RESOURCES = 3;
const USD = 3;

/** The inputs as rows of numbers, made once: what a slider asks, many times a second, makes nothing. */
export interface CompiledPreview {
  readonly inputs: PreviewInputs;
  /** Number of components and of places; a component alone is the unit of its own index, parts come after. */
  readonly components: number;
  readonly places: number;
  readonly units: number;
  readonly overallNow: Float64Array;
  /** By unit and place. */
  readonly overall: Float64Array;
  readonly usd: Float64Array;
  readonly allowed: Uint8Array;
  /** By component and place. */
  readonly terms: Float64Array;
  readonly free: Float64Array;
  readonly demand: Float64Array;
  /** Scores of the last minutes by component: rows of terms, ready to be combined. */
  readonly series: readonly Float64Array[];
  readonly users: CompiledUsers;
}

/** What users feel now, and how to tell what they would. */
export interface CompiledUsers {
  /** Requests a second by latency bin, all components together. */
  readonly counts: Float64Array;
  readonly inTarget: number;
  readonly withTarget: number;
}

export function compilePreview(inputs: PreviewInputs): CompiledPreview {
  const [components, places] = [inputs.components.length, inputs.places.length];
  const options = [...inputs.components.map(({ alone }) => alone), ...inputs.parts.map(({ together }) => together)];
  return {
    inputs,
    components,
    places,
    units: options.length,
    overallNow: rowOf(inputs.overall),
    overall: rowsOf(options.flatMap(({ overall }) => overall)),
    usd: flat(
      options.flatMap(({ usdPerHour }) => usdPerHour),
      USD,
    ),
    allowed: Uint8Array.from(options.flatMap(({ allowed }: PreviewOption) => allowed.map(Number))),
    terms: rowsOf(inputs.components.flatMap(({ terms }) => terms)),
    free: flat(
      inputs.places.map(({ free }) => free),
      RESOURCES,
    ),
    demand: flat(
      inputs.components.map(({ demand }) => demand),
      RESOURCES,
    ),
    series: inputs.components.map(seriesOf),
    users: usersOf(inputs),
  };
}

const rowOf = (row: PreviewRow): Float64Array => Float64Array.from(row, (value) => value ?? Number.NaN);

function rowsOf(rows: readonly PreviewRow[]): Float64Array {
  const all = new Float64Array(rows.length * TERMS);
  rows.forEach((row, index) => all.set(rowOf(row), index * TERMS));
  return all;
}

function flat(rows: readonly (readonly number[])[], width: number): Float64Array {
  const all = new Float64Array(rows.length * width);
  rows.forEach((row, index) => all.set(row, index * width));
  return all;
}

/** Each point: performance and proximity as they were, everything else as it is. */
function seriesOf({ series, terms, present }: PreviewInputs["components"][number]): Float64Array {
  const [performance, proximity] = [TERM_NAMES.indexOf("performance"), TERM_NAMES.indexOf("proximity")];
  const rows = new Float64Array(series.performance.length * TERMS);
  series.performance.forEach((score, index) => {
    const row = rowOf(terms[present] ?? []);
    row[performance] = score;
    row[proximity] = series.proximity?.[index] ?? Number.NaN;
    rows.set(row, index * TERMS);
  });
  return rows;
}

function usersOf({ components }: PreviewInputs): CompiledUsers {
  const counts = new Float64Array(BINS);
  let [inTarget, withTarget] = [0, 0];
  for (const { users, present } of components) {
    if (users === null) continue;
    addCounts(counts, users.latency[present] ?? [], 1);
    inTarget += withinTarget(users, users.latency[present] ?? []);
    withTarget += users.targetMs === null ? 0 : users.requestsPerSecond;
  }
  return { counts, inTarget, withTarget };
}

export function addCounts(counts: Float64Array, given: PreviewCounts, sign: 1 | -1): void {
  const first = given[0] ?? 0;
  for (let index = 1; index < given.length; index += 1) {
    const bin = first + index - 1;
    counts[bin] = Math.max(0, (counts[bin] ?? 0) + sign * (given[index] ?? 0));
  }
}

const inTargets = new WeakMap<PreviewCounts, number>();

/** Requests a second that are answered within the component's target. */
export function withinTarget({ targetMs, requestsPerSecond }: PreviewUsers, given: PreviewCounts): number {
  if (targetMs === null) return 0;
  const known = inTargets.get(given);
  if (known !== undefined) return known;
  const counts = new Float64Array(BINS);
  addCounts(counts, given, 1);
  const within = (shareWithin([...counts], targetMs) ?? 0) * requestsPerSecond;
  inTargets.set(given, within);
  return within;
}
