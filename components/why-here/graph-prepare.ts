import type { ScoresDto } from "../../server/api/shapes/index.ts";

export type Call = ScoresDto["calls"][number];
export type Column = "left" | "middle" | "right";

/** From here on a round trip is long: its edge is dashed. */
export const FAR_MS = 60;

export interface PlacedComponent {
  readonly key: string;
  readonly x: number;
  readonly y: number;
}

export interface PlaceBox {
  readonly place: string;
  readonly column: Column;
  readonly x: number;
  readonly y: number;
  readonly height: number;
  readonly components: readonly PlacedComponent[];
}

export interface CallEdge {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly isLocal: boolean;
  readonly isFar: boolean;
  /** 1.5..4 px by calls × round trip. */
  readonly width: number;
  /** "142/s × 90 ms". */
  readonly callsPerSecond: number | null;
  readonly rttMs: number;
}

export interface CallGraph {
  readonly boxes: readonly PlaceBox[];
  readonly edges: readonly CallEdge[];
  readonly height: number;
}

export const BOX_WIDTH = 176;
export const NODE = { width: 156, height: 32, gap: 12, left: 10, top: 36 } as const;
const COLUMNS: Readonly<Record<Column, number>> = { left: 0, middle: 316, right: 660 };
const BOX_GAP = 18;
const WAIT_FULL_MS = 10_000;

/** Callers left, the component's own place in the middle, whom it calls right; a data centre is a box in each. */
export function callGraph(component: string, calls: readonly Call[]): CallGraph {
  const placeOf = new Map(
    calls.flatMap(
      ({ from, to, fromDataCenter, toDataCenter }) =>
        [
          [from, fromDataCenter],
          [to, toDataCenter],
        ] as const,
    ),
  );
  const own = placeOf.get(component);
  if (own === undefined) return { boxes: [], edges: [], height: 0 };
  const boxes = groupByBox(component, { calls, placeOf, own });
  const heightOf = (count: number): number => NODE.top + count * (NODE.height + NODE.gap);
  const columns = (["left", "middle", "right"] as const).map((column) => boxes.filter((box) => box.column === column));
  const total = (column: (typeof columns)[number]): number =>
    column.reduce((sum, { keys }) => sum + heightOf(keys.length) + BOX_GAP, -BOX_GAP);
  const height = Math.max(0, ...columns.map(total));
  // A column that nobody stands in takes no room.
  const shift = columns[0]?.length === 0 ? COLUMNS.middle : 0;
  return {
    height,
    boxes: columns.flatMap((column) => {
      let y = (height - total(column)) / 2;
      return column.map(({ place, column: name, keys }): PlaceBox => {
        const box = {
          place,
          column: name,
          x: COLUMNS[name] - shift,
          y,
          height: heightOf(keys.length),
          components: keys.map((key, index) => ({ key, x: NODE.left, y: NODE.top + index * (NODE.height + NODE.gap) })),
        };
        y += box.height + BOX_GAP;
        return box;
      });
    }),
    edges: calls.map(toEdge),
  };
}

interface Grouping {
  readonly calls: readonly Call[];
  readonly placeOf: ReadonlyMap<string, string>;
  readonly own: string;
}

/** Which components share a box: those of one place on one side. */
function groupByBox(component: string, { calls, placeOf, own }: Grouping) {
  const called = new Set(calls.filter(({ from }) => from === component).map(({ to }) => to));
  const columnOf = (key: string, place: string): Column => (place === own ? "middle" : called.has(key) ? "right" : "left");
  const byBox = new Map<string, { place: string; column: Column; keys: string[] }>();
  for (const [key, place] of placeOf) {
    const column = columnOf(key, place);
    const box = byBox.get(`${column} ${place}`) ?? { place, column, keys: [] };
    box.keys.push(key);
    byBox.set(`${column} ${place}`, box);
  }
  return [...byBox.values()].map(({ place, column, keys }) => ({
    place,
    column,
    keys: keys.sort((a, b) => Number(b === component) - Number(a === component) || a.localeCompare(b)),
  }));
}

function toEdge({ from, to, fromDataCenter, toDataCenter, callsPerSecond, rttMs }: Call): CallEdge {
  const isLocal = fromDataCenter === toDataCenter;
  const wait = (callsPerSecond ?? 0) * rttMs;
  return {
    id: `${from}>${to}`,
    from,
    to,
    isLocal,
    isFar: !isLocal && rttMs >= FAR_MS,
    width: isLocal ? 1.5 : 1.5 + 2.5 * Math.min(1, Math.log1p(wait) / Math.log1p(WAIT_FULL_MS)),
    callsPerSecond,
    rttMs,
  };
}

/** How long all calls of a second wait on the network together, ms. */
export const networkWaitMs = (calls: readonly Call[]): number =>
  calls.reduce((sum, { callsPerSecond, rttMs }) => sum + (callsPerSecond ?? 0) * rttMs, 0);

/** The same calls once the component stands in `to`. */
export function callsAfter(
  calls: readonly Call[],
  { component, to }: { component: string; to: string },
  rttOf: (from: string, to: string) => number | null,
): readonly Call[] {
  return calls.map((call) => {
    const fromDataCenter = call.from === component ? to : call.fromDataCenter;
    const toDataCenter = call.to === component ? to : call.toDataCenter;
    const rttMs = fromDataCenter === toDataCenter ? 0 : (rttOf(fromDataCenter, toDataCenter) ?? call.rttMs);
    return { ...call, fromDataCenter, toDataCenter, rttMs };
  });
}
