import type { Move } from "../predict/placement.ts";

/** One sentence that says what would happen. */
export function summarise(moves: readonly Move[]): string {
  const [first] = moves;
  if (!first) return "Nothing to move";
  if (moves.length === 1) return `Move ${first.component} from ${first.from} to ${first.to}`;
  const [from, to] = [new Set(moves.map((move) => move.from)), new Set(moves.map((move) => move.to))];
  if (from.size > 1 || to.size > 1)
    return `Move ${first.component} from ${first.from} to ${first.to} and ${moves.length - 1} more`;
  const names = moves.map(({ component }) => component.split("/").at(-1) ?? component);
  const list = moves.length <= 3 ? names.join(", ") : `${moves.length} components`;
  const application =
    new Set(moves.map(({ component }) => component.split("/")[0])).size === 1 ? (first.component.split("/")[0] ?? "") : "";
  return `Move ${list}${application === "" ? "" : ` of ${application}`} from ${first.from} to ${first.to}`;
}
