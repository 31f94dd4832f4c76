"use client";

import { useQuery } from "@tanstack/react-query";
import type { MigrationDto } from "../../server/api/shapes/index.ts";
import type { Span as TimeSpan } from "../time/use-span.ts";
import { useTRPC } from "../trpc/client.ts";
import type { Span } from "./line-chart.tsx";

/** A move of a moment would not be seen. */
const SHORTEST_MS = 4_000;

/** Moves as shaded ranges, so that what changed and what was moved can be seen in one picture. */
export const spansOf = (migrations: readonly MigrationDto[], now: number): readonly Span[] =>
  migrations.map(({ id, createdAt, endedAt }) => ({
    label: id,
    from: Date.parse(createdAt),
    to: endedAt === null ? now : Math.max(Date.parse(endedAt), Date.parse(createdAt) + SHORTEST_MS),
    live: endedAt === null,
  }));

interface Asked {
  readonly span: TimeSpan;
  /** Null: every component's. */
  readonly component?: string | null;
  readonly concerns?: (migration: MigrationDto) => boolean;
}

/** The moves of a stretch of time, for a chart over it. */
export function useMoveSpans({ span, component = null, concerns = () => true }: Asked): readonly Span[] {
  const migrations = useQuery({
    ...useTRPC().migrations.list.queryOptions({ ...span, limit: 200, ...(component === null ? {} : { component }) }),
    placeholderData: (before) => before,
  });
  return spansOf((migrations.data ?? []).filter(concerns), migrations.dataUpdatedAt);
}
