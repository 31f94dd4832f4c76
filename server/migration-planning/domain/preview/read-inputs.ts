import { componentKeyIn } from "../../../component-registry/domain/manifest.ts";
import { occupancyOf } from "../../../component-registry/domain/capacity.ts";
import type { ComponentRecord, DataCenterRecord } from "../../../component-registry/domain/registry.ts";
import { placementsOf } from "../../../component-registry/domain/status.ts";
import type { Bucket } from "../../../performance-analysis/domain/bucket.ts";
import { refusalsButRoom } from "../constraints/index.ts";
import { isFeasible } from "../planner/feasibility.ts";
import { createEvaluator, type Evaluator, type Judgement } from "../predict/evaluate.ts";
import type { Model } from "../predict/model.ts";
import { demandOfAll } from "../predict/money.ts";
import type { Move } from "../predict/placement.ts";
import { feltGroups, mergedCounts } from "../predict/predict-groups.ts";
import { userRate } from "../predict/rates.ts";
import { scoreSeries } from "../score-series.ts";
import { TERM_NAMES, type Terms } from "../terms/index.ts";
import { connectedParts } from "./connected-parts.ts";
import { createEffects, type Effect, type Effects } from "./effects.ts";
import type {
  PreviewAmounts,
  PreviewComponent,
  PreviewCounts,
  PreviewInputs,
  PreviewOption,
  PreviewPart,
  PreviewRow,
} from "./inputs.ts";

export interface InputsQuestion {
  readonly model: Model;
  readonly buckets: readonly Bucket[];
  /** Components whose present place is forbidden. */
  readonly forced: ReadonlySet<string>;
  readonly worldSpeed: number;
}

/** An evaluator remembers what it has judged; a new one after so many components keeps that from growing with the world. */
const KEPT_COMPONENTS = 16;
/** Larger parts are not moved at once: asking whether they may takes the square of their size. */
const PART_MAX = 40;

/** Reads everything, component by component: whoever runs it may breathe between two of them. */
export function* readInputs(question: InputsQuestion): Generator<undefined, PreviewInputs> {
  const { model } = question;
  const reading = beginReading(question);
  const components: PreviewComponent[] = [];
  let evaluator = createEvaluator(model);
  for (const [index, record] of reading.running.entries()) {
    if (index % KEPT_COMPONENTS === 0) evaluator = createEvaluator(model);
    components.push(readComponent(reading, evaluator, record));
    yield;
  }
  const parts: PreviewPart[] = [];
  for (const part of connectedParts(reading.running, model.graph).filter(({ length }) => length > 1 && length <= PART_MAX)) {
    parts.push(readPart(reading, part, components));
    yield;
  }
  const { overall, usdPerHour } = reading.effects.now;
  return {
    at: model.now.toISOString(),
    worldSpeed: question.worldSpeed,
    places: model.registry.dataCenters.map(({ name, spec }) => ({
      name,
      free: amounts(occupancyOf(model.registry, name).free),
      gramsPerKWh: spec.carbon?.gramsPerKWh ?? null,
    })),
    components,
    parts,
    overall,
    usdPerHour,
  };
}

interface Reading extends InputsQuestion {
  readonly running: readonly ComponentRecord[];
  readonly indexOf: ReadonlyMap<string, number>;
  readonly moving: ReadonlySet<string>;
  readonly effects: Effects;
}

function beginReading(question: InputsQuestion): Reading {
  const { registry, present } = question.model;
  const running = registry.components.filter(({ key }) => present.has(key));
  return {
    ...question,
    running,
    indexOf: new Map(running.map(({ key }, index) => [key, index])),
    moving: new Set(registry.openMigrations.map(({ componentKey }) => componentKey)),
    effects: createEffects(createEvaluator(question.model)),
  };
}

const effectsByPlace = ({ model, effects }: Reading, evaluator: Evaluator, keys: readonly string[]): readonly Effect[] =>
  model.registry.dataCenters.map(({ name }) => effects.of(evaluator, movesTo(keys, name, model)));

function readComponent(reading: Reading, evaluator: Evaluator, record: ComponentRecord): PreviewComponent {
  const { model, buckets, moving, forced, running, indexOf } = reading;
  const { registry, present, now, evidence, hoursSinceMove } = model;
  const { key, application, spec } = record;
  const here = registry.dataCenters.find(({ name }) => name === present.get(key));
  const byPlace = effectsByPlace(reading, evaluator, [key]);
  const judged = byPlace.map((effect) => effect.judged.get(key) ?? reading.effects.now.judged.get(key));
  const requestsPerSecond = userRate(evidence.get(key));
  const isAllowed = (destination: DataCenterRecord): boolean =>
    refusalsButRoom({ component: record, destination, registry, now }).length === 0;
  return {
    component: key,
    application,
    present: registry.dataCenters.findIndex(({ name }) => name === present.get(key)),
    demand: amounts(demandOfAll(record)),
    movable: !moving.has(key) && placementsOf(registry.instances, key).length === 1,
    forced: forced.has(key),
    sufficient: evidence.get(key)?.missing.length === 0,
    hoursSinceMove: hoursSinceMove.get(key) ?? null,
    series: here ? scoreSeries(record, here, buckets, model) : { performance: [], proximity: null },
    terms: judged.map((one) => rowOf(one?.terms)),
    latencyMsP95: judged.map((one) => one?.latencyMsP95 ?? null),
    alone: { ...optionOf(byPlace), allowed: registry.dataCenters.map(isAllowed) },
    partners: partnersOf(record, running).flatMap((other) => indexOf.get(other) ?? []),
    users:
      requestsPerSecond > 0
        ? { requestsPerSecond, targetMs: spec.performance.latencyMsP95, latency: judged.map(countsOf) }
        : null,
  };
}

/** Where everybody in a part may go; only where some want to be beside or apart does it matter who goes first. */
function partAllowed({ model }: Reading, keys: readonly string[], members: readonly PreviewComponent[]): readonly boolean[] {
  const { registry, now } = model;
  const isMixed = members.some(({ partners }) => partners.length > 0);
  return registry.dataCenters.map(({ name }, place) =>
    isMixed
      ? isFeasible(registry, movesTo(keys, name, model), now)
      : members.every(({ alone, present }) => present === place || alone.allowed[place] === true),
  );
}

function readPart(reading: Reading, indices: readonly number[], components: readonly PreviewComponent[]): PreviewPart {
  const { model, running, effects } = reading;
  const { evidence } = model;
  const members = indices.flatMap((index) => components[index] ?? []);
  const keys = indices.flatMap((index) => running[index]?.key ?? []);
  const byPlace = effectsByPlace(reading, createEvaluator(model), keys);
  const judged = keys.map((key) => byPlace.map((effect) => effect.judged.get(key) ?? effects.now.judged.get(key)));
  const hasUsers = (key: string): boolean => userRate(evidence.get(key)) > 0;
  return {
    components: indices,
    together: { ...optionOf(byPlace), allowed: partAllowed(reading, keys, members) },
    terms: judged.map((places) => places.map((one) => rowOf(one?.terms))),
    latencyMsP95: judged.map((places) => places.map((one) => one?.latencyMsP95 ?? null)),
    latency: judged.map((places, index) => (hasUsers(keys[index] ?? "") ? places.map(countsOf) : null)),
  };
}

/** Whoever is there already stays. */
const movesTo = (keys: readonly string[], to: string, { present }: Model): readonly Move[] =>
  keys.map((component) => ({ component, from: present.get(component) ?? to, to })).filter(({ from }) => from !== to);

const amounts = ({ cpuMillicores, memoryMiB, storageMiB }: { cpuMillicores: number; memoryMiB: number; storageMiB: number }) =>
  [cpuMillicores, memoryMiB, storageMiB] satisfies PreviewAmounts;

const rowOf = (terms: Terms | undefined): PreviewRow => TERM_NAMES.map((name) => terms?.[name] ?? null);

const optionOf = (byPlace: readonly Effect[]): Omit<PreviewOption, "allowed"> => ({
  overall: byPlace.map(({ overall }) => overall),
  usdPerHour: byPlace.map(({ usdPerHour }) => usdPerHour),
});

/** What users would feel, as requests a second by bin, without the empty ends. */
function countsOf(judged: Judgement | undefined): PreviewCounts {
  const counts = judged ? mergedCounts(feltGroups(judged.groups)) : [];
  const first = counts.findIndex((count) => count > 0);
  return first < 0 ? [] : [first, ...counts.slice(first, counts.findLastIndex((count) => count > 0) + 1)];
}

/** Whom a component must be beside or must not, in either's manifest. */
function partnersOf(
  { key, application, spec: { placement } }: ComponentRecord,
  all: readonly ComponentRecord[],
): readonly string[] {
  const named = [...placement.affinity, ...placement.antiAffinity].map((reference) => componentKeyIn(application, reference));
  const naming = all.filter(({ application: own, spec }) =>
    [...spec.placement.affinity, ...spec.placement.antiAffinity].some((reference) => componentKeyIn(own, reference) === key),
  );
  return [...new Set([...named, ...naming.map((other) => other.key)])];
}
