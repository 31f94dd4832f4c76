import { figuresOf, sumOf, type Seen } from "../../kpi-intake/domain/figures.ts";
import { BUCKET_MS, type Bucket } from "../../performance-analysis/domain/bucket.ts";
import type { AlertKind, Cause, SeenView } from "./alert.ts";

const SPAN_MS = 60_000;
/** Of what callers wait, this share inside the instances is most of it. */
const MOSTLY = 0.6;
/** Instances that fail at least half as often as callers see it are what fails. */
const SAME_ERRORS = 0.5;

function viewOf(rows: readonly Seen[], seconds: number): SeenView | null {
  if (rows.length === 0) return null;
  const { latencyMs, ...figures } = figuresOf(sumOf(rows), seconds);
  return { ...figures, latencyMsP95: latencyMs.p95 };
}

const ms = (value: number): string => `${Math.round(value)} ms`;
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

/** What callers got and what instances did in the last whole minute, and what follows from the two. */
export function causeOf(kind: AlertKind, component: string | null, buckets: readonly Bucket[], now: Date): Cause {
  if (component === null) return { conclusion: null, gateway: null, agents: null };
  const last = buckets.filter(({ atMs }) => atMs >= now.getTime() - SPAN_MS - BUCKET_MS && atMs + BUCKET_MS <= now.getTime());
  const seconds = (last.length * BUCKET_MS) / 1000;
  const gateway = viewOf(
    last.flatMap(({ flows }) => flows.filter((flow) => flow.component === component)),
    seconds,
  );
  const agents = viewOf(
    last.flatMap(({ instances }) => instances.filter((use) => use.component === component)),
    seconds,
  );
  return { conclusion: conclude(kind, gateway, agents), gateway, agents };
}

function conclude(kind: AlertKind, gateway: SeenView | null, agents: SeenView | null): string | null {
  if (gateway === null && agents === null) return "Neither the gateway nor an agent has seen a request in the last minute.";
  if (agents === null) return "The gateway sees requests; no agent reports of its instances.";
  if (gateway === null) return "Agents report requests that came by no entry of the gateway.";
  if (kind === "error-rate") return errorsIn(gateway, agents);
  return kind === "latency" || kind === "user-latency" ? waitIn(gateway, agents) : null;
}

function errorsIn(gateway: SeenView, agents: SeenView): string | null {
  if (gateway.errorRate === null || gateway.errorRate === 0) return null;
  return (agents.errorRate ?? 0) >= gateway.errorRate * SAME_ERRORS
    ? `Instances themselves fail: ${percent(agents.errorRate ?? 0)} by their agents, ${percent(gateway.errorRate)} by the gateway.`
    : `Instances report ${percent(agents.errorRate ?? 0)} failures, callers get ${percent(gateway.errorRate)}: requests fail before they reach an instance, or behind it.`;
}

function waitIn(gateway: SeenView, agents: SeenView): string | null {
  const [felt, inside] = [gateway.latencyMsP95, agents.latencyMsP95];
  if (felt === null || inside === null) return null;
  return inside >= felt * MOSTLY
    ? `Most of it passes in the component and behind it: instances take ${ms(inside)} at p95 of the ${ms(felt)} that callers wait.`
    : `Most of it passes on the way: instances take ${ms(inside)} at p95, callers wait ${ms(felt)}.`;
}
