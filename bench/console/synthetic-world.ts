import type { Evaluator } from "../../server/migration-planning/domain/predict/evaluate.ts";
import type { PreviewInputs } from "../../server/migration-planning/domain/preview/inputs.ts";
import { readInputs } from "../../server/migration-planning/domain/preview/read-inputs.ts";
import { bucketsOf, evaluatorOf, registryOf, type Rtt, type UsersAt } from "../../server/testing/builders/planning-world.ts";

/** A small generator of chance with a seed, so that every run has the same world (G. Marsaglia, "Xorshift RNGs", 2003). */
export function randomOf(seed: number): () => number {
  let state = seed || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

const APPLICATION_SIZE = 10;
const MINUTES = 3;

/** Applications of ten components that call each other in three layers, spread over places on a circle, their users anywhere. */
export function syntheticWorld(components: number, places: number, seed = 7) {
  const random = randomOf(seed);
  const names = Array.from({ length: places }, (_, index) => `place-${index}`);
  const angle = (name: string): number => (Number(name.slice(6)) / places) * 2 * Math.PI;
  const rttMs: Rtt = (from, to) => (from === to ? 0 : 8 + 220 * Math.abs(Math.sin((angle(from) - angle(to)) / 2)));
  const pick = (): string => names[Math.floor(random() * places)] ?? "place-0";
  const homes = Array.from({ length: components }, pick);
  const registry = registryOf({
    places: names.map((name, index) => ({
      name,
      cpu: String(Math.ceil((components / places) * 0.8)),
      spec: {
        price: {
          cpuHour: 0.03 + 0.03 * random(),
          memoryGiBHour: 0.005,
          storageGiBMonth: 0.08,
          egressGiB: 0.02 + 0.08 * random(),
        },
        carbon: { gramsPerKWh: 50 + Math.round(600 * random()) },
        location: { latitude: 0, longitude: (360 * index) / places - 180, country: "US" },
      },
    })),
    components: homes.map((place, index) => ({
      name: nameOf(index),
      place,
      spec: {
        resources: { cpu: "200m", memory: "128Mi" },
        performance: { latencyMsP95: 60 + Math.round(200 * random()), errorRate: 0.001 },
        dependencies: callsOf(index, components).map((other) => ({ component: nameOf(other), callsPerRequest: 0.5 + random() })),
      },
    })),
  });
  const users = homes.flatMap((servedIn, index): UsersAt[] =>
    index % APPLICATION_SIZE === 0
      ? Array.from({ length: 3 }, () => ({
          component: `shop/${nameOf(index)}`,
          entry: pick(),
          requestsPerSecond: 2 + 8 * random(),
          servedIn,
        }))
      : [],
  );
  const buckets = bucketsOf(users, rttMs, { minutes: MINUTES });
  const evaluator = evaluatorOf(registry, buckets, rttMs);
  return { registry, buckets, evaluator };
}

const nameOf = (index: number): string => `c${String(index).padStart(5, "0")}`;

/** The first of ten takes the users, the next three are called by it, the last six by those. */
function callsOf(index: number, components: number): number[] {
  const [first, at] = [index - (index % APPLICATION_SIZE), index % APPLICATION_SIZE];
  const called = at === 0 ? [1, 2, 3] : at <= 3 ? [2 * at + 2, 2 * at + 3] : [];
  return called.map((offset) => first + offset).filter((other) => other < components);
}

/** The real reading of the real evaluator; of a world too large to judge in a bench, its first components are taken again and again. */
export function syntheticInputs({
  evaluator,
  buckets,
}: {
  evaluator: Evaluator;
  buckets: ReturnType<typeof bucketsOf>;
}): PreviewInputs {
  const reading = readInputs({ model: evaluator.model, buckets, forced: new Set(), worldSpeed: 1 });
  for (;;) {
    const step = reading.next();
    if (step.done) return step.value;
  }
}

/** The same components so many times over, in as many times larger places: as much to compute, without years of judging. */
export function repeatInputs(inputs: PreviewInputs, times: number): PreviewInputs {
  const size = inputs.components.length;
  const copies = Array.from({ length: times }, (_, copy) => copy);
  return {
    ...inputs,
    places: inputs.places.map(({ free, ...place }) => ({ ...place, free: [free[0] * times, free[1] * times, free[2] * times] })),
    components: copies.flatMap((copy) =>
      inputs.components.map((one) => ({
        ...one,
        component: `${one.component}-${copy}`,
        partners: one.partners.map((other) => other + copy * size),
      })),
    ),
    parts: copies.flatMap((copy) =>
      inputs.parts.map((part) => ({ ...part, components: part.components.map((index) => index + copy * size) })),
    ),
  };
}
