import type { Term } from "./term.ts";

/** Grams of CO2 a kilowatt-hour after which the score has fallen to 1/e; about the world's mean (480 g, Ember, 2023). */
const SCALE_GRAMS = 480;

/** 100 · e^(−g/480) of the place's grid. */
export const carbon: Term = {
  name: "carbon",
  score: ({ place }) => (place.spec.carbon === null ? null : 100 * Math.exp(-place.spec.carbon.gramsPerKWh / SCALE_GRAMS)),
};
