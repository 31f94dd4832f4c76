import type { City } from "./world.ts";

/**
 * How busy a city is at its local hour, 0..1: quiet before dawn, a plateau in the day, the peak in the evening. The form of
 * daily request curves that content networks publish; solar time by longitude stands for the local clock.
 */
export function activityAt(city: Pick<City, "longitude">, clock: Date): number {
  const hour = (clock.getUTCHours() + clock.getUTCMinutes() / 60 + city.longitude / 15 + 48) % 24;
  const from = (peak: number): number => ((hour - peak + 36) % 24) - 12;
  const evening = Math.exp(-(from(20.5) ** 2) / 14);
  const day = Math.exp(-(from(14) ** 2) / 22);
  return Math.min(1, 0.12 + 0.55 * day + 0.6 * evening);
}

/** Weight of each city in the whole: people online, and whether they are awake. */
export function cityWeights(cities: readonly City[], clock: Date, followTheSun: boolean): readonly number[] {
  return cities.map((city) => city.population * city.internetShare * (followTheSun ? activityAt(city, clock) : 1));
}

/** The index whose share of the whole `at` (0..1) falls into. */
export function pickWeighted(weights: readonly number[], at: number): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let rest = at * total;
  for (const [index, weight] of weights.entries()) {
    rest -= weight;
    if (rest <= 0) return index;
  }
  return weights.length - 1;
}

/** Numbers in [0, 1) that a seed decides (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** One number of several texts (FNV-1a), so that each instance of a world has a seed of its own. */
export function seedOf(...parts: readonly string[]): number {
  let hash = 0x811c9dc5;
  for (const character of parts.join("\n")) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return hash >>> 0;
}
