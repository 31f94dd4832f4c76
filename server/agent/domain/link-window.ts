/** What was seen of one link in the open window. */
export interface LinkWindow {
  readonly rttMs: readonly number[];
  readonly lost: number;
  readonly throughputMbps: number | null;
}

/** One window of one link, as `link.batch.v1` carries it. */
export interface LinkFigures extends LinkWindow {
  readonly from: string;
  readonly to: string;
  readonly at: string;
  readonly windowMs: number;
}

export type LinkSeen =
  | { readonly kind: "round-trip"; readonly rttMs: number }
  | { readonly kind: "lost" }
  | { readonly kind: "transfer"; readonly throughputMbps: number };

export const NOTHING_SEEN: LinkWindow = { rttMs: [], lost: 0, throughputMbps: null };

export function addToLink(window: LinkWindow, seen: LinkSeen): LinkWindow {
  switch (seen.kind) {
    case "round-trip":
      return { ...window, rttMs: [...window.rttMs, Math.round(seen.rttMs * 1000) / 1000] };
    case "lost":
      return { ...window, lost: window.lost + 1 };
    case "transfer":
      return { ...window, throughputMbps: Math.round(seen.throughputMbps * 100) / 100 };
  }
}

/** The windows of a place's links between two moments; a link of which nothing was seen is a gap. */
export function linkFigures(
  from: string,
  windows: ReadonlyMap<string, LinkWindow>,
  span: { readonly fromMs: number; readonly untilMs: number },
): readonly LinkFigures[] {
  const at = new Date(span.fromMs).toISOString();
  return [...windows].flatMap(([to, window]) =>
    window.rttMs.length + window.lost > 0 || window.throughputMbps !== null
      ? [{ from, to, at, windowMs: span.untilMs - span.fromMs, ...window }]
      : [],
  );
}

/**
 * What a transfer both ways came to in Mbit/s: the slower way counts. The round trip that each way costs anyhow is taken off, but
 * never so much that a clock's grain becomes a speed.
 */
export function throughputMbps(bytes: number, ways: readonly { readonly durationMs: number }[], rttMs: number): number {
  const slowestMs = Math.max(...ways.map(({ durationMs }) => Math.max(durationMs - rttMs, durationMs / 10, 0.5)));
  return (bytes * 8) / 1000 / slowestMs;
}
