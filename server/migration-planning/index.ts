export { createLooks, type Look, type Looks } from "./look.ts";
export { createPreviews, type Previews } from "./previews.ts";
export type { MoveHistory } from "./ports.ts";
