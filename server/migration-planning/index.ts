export { createLooks, viewOf, type Look, type Looks, type PolicyView } from "./look.ts";
export { createPreviews, type Previews } from "./previews.ts";
export type { MoveHistory } from "./ports.ts";
