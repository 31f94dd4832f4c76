export { type PlaceLookup } from "./ports.ts";
