import type { PreviewKpis } from "../../server/migration-planning/domain/preview/estimate-kpis.ts";

/** Where the points of the trade-off lie, and where there is room for their names. */

export interface TradeOffPoint {
  readonly name: string;
  readonly kind: "preset" | "live" | "draft";
  readonly userMsP95: number;
  readonly usdPerHour: number;
}

export interface TradeOffAxes {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

/** Room around the points, so that none lies on an edge; a spread of nothing still has an axis. */
export function tradeOffAxes(points: readonly TradeOffPoint[]): TradeOffAxes {
  const around = (values: readonly number[]): readonly [number, number] => {
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const room = Math.max((high - low) * 0.18, high * 0.02, 1e-3);
    return [Math.max(0, low - room), high + room];
  };
  return { x: around(points.map(({ usdPerHour }) => usdPerHour)), y: around(points.map(({ userMsP95 }) => userMsP95)) };
}

export const pointOf = (name: string, kind: TradeOffPoint["kind"], { userMsP95, usdPerHour }: PreviewKpis): TradeOffPoint[] =>
  userMsP95 === null ? [] : [{ name, kind, userMsP95, usdPerHour }];

interface Located {
  readonly point: TradeOffPoint;
  readonly x: number;
  readonly y: number;
}

export interface PlacedPoint extends Located {
  /** Null: there is no room for its name, the table has it. */
  readonly label: { readonly x: number; readonly y: number; readonly anchor: "start" | "end" } | null;
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const LETTER_PX = 6;
const LINE_PX = 12;
const AWAY_PX = 9;
const RANK = { draft: 0, live: 1, preset: 2 } as const;

/** The draft's name first, then what is live, then presets: each beside its point, where none stands yet. */
export function placeLabels(points: readonly Located[], frame: Box): readonly PlacedPoint[] {
  const taken: Box[] = points.map(({ x, y }) => ({ left: x - 4, right: x + 4, top: y - 4, bottom: y + 4 }));
  const inOrder = [...points].sort((a, b) => RANK[a.point.kind] - RANK[b.point.kind]);
  const placed = inOrder.map((located): PlacedPoint => {
    const options = [-6, 4, 14].flatMap((down) => (["start", "end"] as const).map((anchor) => optionOf(located, anchor, down)));
    const free = options.find(({ box }) => isInside(box, frame) && !taken.some((other) => overlap(box, other)));
    if (free) taken.push(free.box);
    return { ...located, label: free?.label ?? null };
  });
  // Presets lie below what people look for.
  return placed.reverse();
}

function optionOf({ point, x, y }: Located, anchor: "start" | "end", down: number) {
  const width = point.name.length * LETTER_PX;
  const at = anchor === "start" ? x + AWAY_PX : x - AWAY_PX;
  const left = anchor === "start" ? at : at - width;
  return {
    label: { x: at, y: y + down, anchor },
    box: { left, right: left + width, top: y + down - LINE_PX + 2, bottom: y + down + 2 },
  };
}

const overlap = (a: Box, b: Box): boolean => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
const isInside = (box: Box, frame: Box): boolean => box.left >= frame.left && box.right <= frame.right + AWAY_PX && box.top >= 0;
