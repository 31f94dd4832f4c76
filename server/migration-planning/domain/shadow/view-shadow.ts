import type { Shadow } from "./shadow.ts";

/** Newest first, and no more than a page can hold; the sums are over all of them. */
const SHOWN = 500;

export type ShadowView = ReturnType<typeof viewShadow>;

/** What auto would have done, as the public API answers it (`server/api/shapes/auto-run.ts`). */
export function viewShadow(shadow: Shadow, { policy, from, to }: { policy: string; from: Date; to: Date }) {
  const items = shadow.items.toReversed().slice(0, SHOWN);
  return {
    policy,
    from: from.toISOString(),
    to: to.toISOString(),
    ...shadow,
    heldBack: [...shadow.heldBack],
    items: items.map((item) => ({ ...item, at: item.at.toISOString(), heldBy: item.heldBy.map((check) => ({ ...check })) })),
  };
}
