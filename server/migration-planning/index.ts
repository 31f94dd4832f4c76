export { createLooks, viewOf, type Look, type Looks, type PolicyView } from "./look.ts";
export type { MoveHistory } from "./ports.ts";
