import type { DataCenterDto } from "../../server/api/shapes/index.ts";
import type { Meaning } from "../ui/status.tsx";

type Drain = NonNullable<DataCenterDto["status"]["drain"]>;
type Lost = NonNullable<DataCenterDto["status"]["loss"]>["components"][number];

/** "Draining, 4 of 10 gone". */
export const drainProgress = ({ gone, total }: Drain): string =>
  gone === total ? `Drained, ${total} of ${total} gone` : `Draining, ${gone} of ${total} gone`;

const MEANINGS: Readonly<Record<Lost["outcome"], Meaning>> = { ordered: "info", waits: "warn", "needs-approver": "crit" };
const WORDS: Readonly<Record<Lost["outcome"], string>> = {
  ordered: "Placed again",
  waits: "Waits",
  "needs-approver": "Needs an approver",
};

export const lostMeaning = ({ outcome }: Lost): Meaning => MEANINGS[outcome];
export const lostWord = ({ outcome }: Lost): string => WORDS[outcome];

/** The loss that a component is in, with its place; null: it is in none. */
export function lossOfComponent(
  places: readonly DataCenterDto[],
  component: string,
): { readonly place: string; readonly lost: Lost } | null {
  for (const { metadata, status } of places) {
    const lost = status.loss?.components.find((one) => one.component === component);
    if (lost) return { place: metadata.name, lost };
  }
  return null;
}
