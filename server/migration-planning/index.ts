export { createLooks, type Look, type Looks } from "./look.ts";
export type { MoveHistory } from "./ports.ts";
