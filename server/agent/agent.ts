import type { Logger } from "../platform/logger.ts";
import { resume } from "./checkpoint.ts";
import { linkFigures } from "./domain/link-window.ts";
import { closeWindow, look, WINDOW_MS, windowStartOf, type Observed, type ProcessReading } from "./domain/observation.ts";
import type { Prober } from "./prober.ts";
import type { Scraper } from "./scraper.ts";
import type { Sender } from "./sender.ts";
import type { Target } from "./settings.ts";
import type { Spool } from "./spool.ts";
import type { WatchedFile } from "./watched-file.ts";

export interface AgentDeps {
  readonly target: WatchedFile<Target>;
  readonly scraper: Scraper;
  readonly readProcess: (pid: number) => ProcessReading | null;
  readonly prober: Prober;
  readonly spool: Spool;
  readonly sender: Sender;
  readonly logger: Logger;
  readonly random: () => number;
  /** What it watched is gone for good: its file was taken away. */
  readonly onAbandoned: () => void;
}

export interface Agent {
  /** Closes the open window, and sends what is left until the deadline. */
  stop(withinMs: number): Promise<void>;
}

const EVERY_MS = 1_000;
/** Not all agents of a machine look at the same moment. */
const PHASE_MS = 400;
const ABANDONED_AFTER_MS = 30_000;

/** Looks once a second; at each border of ten seconds of the wall clock a window becomes a batch. */
export function startAgent(deps: AgentDeps): Agent {
  const phaseMs = deps.random() * PHASE_MS;
  let watch: Watch = { observed: resume(deps.spool.checkpoint, Date.now()), linksFromMs: Date.now() };
  let looking: Promise<void> = Promise.resolve();
  const lookOnce = async (): Promise<void> => {
    try {
      watch = await once(deps, watch);
    } catch (error) {
      deps.logger.error({ err: error }, "a look at the instance failed and is made again");
    }
    timer = beat();
  };
  const beat = (): NodeJS.Timeout =>
    setTimeout(() => void (looking = lookOnce()), EVERY_MS - ((Date.now() - phaseMs) % EVERY_MS));
  let timer = beat();
  let isStopping = false;
  return {
    stop: async (withinMs) => {
      if (isStopping) return;
      isStopping = true;
      deps.prober.stop();
      await looking;
      clearTimeout(timer);
      close(deps, watch, Date.now());
      await deps.sender.finish(withinMs);
    },
  };
}

interface Watch {
  readonly observed: Observed;
  readonly linksFromMs: number;
}

async function once(deps: AgentDeps, watch: Watch): Promise<Watch> {
  const target = deps.target.read();
  const { missingSinceMs } = deps.target;
  if (missingSinceMs !== null && performance.now() - missingSinceMs > ABANDONED_AFTER_MS) deps.onAbandoned();
  if (!target) return watch;
  deps.prober.follow(target.place, target.links);
  const counters = await deps.scraper.scrape(target.metricsUrl);
  const atMs = Date.now();
  const process = target.process ? readSame(deps, target.process) : null;
  const observed = look(watch.observed, { atMs, process, counters });
  const border = windowStartOf(atMs);
  // A clock that was put back by more than a window begins anew.
  const isOver = border > observed.windowFromMs || atMs < observed.windowFromMs - WINDOW_MS;
  return isOver ? close(deps, { ...watch, observed }, border) : { ...watch, observed };
}

/** The process as the host named it; another one that was given its number is not it. */
function readSame(deps: AgentDeps, { pid, startTicks }: NonNullable<Target["process"]>): ProcessReading | null {
  const reading = deps.readProcess(pid);
  return reading?.startTicks === startTicks ? reading : null;
}

function close(deps: AgentDeps, watch: Watch, untilMs: number): Watch {
  const target = deps.target.read();
  const { observed, figures } = closeWindow(watch.observed, untilMs);
  if (target && figures) {
    const body = batchOf("kpi.batch.v1", [{ instance: target.instance, ...figures }]);
    deps.spool.add({ body, checkpoint: observed });
  }
  const links = target
    ? linkFigures(target.place, deps.prober.take(), {
        fromMs: watch.linksFromMs,
        untilMs: Math.max(untilMs, watch.linksFromMs + 1),
      })
    : [];
  if (links.length > 0) deps.spool.add({ body: batchOf("link.batch.v1", links), checkpoint: null });
  deps.sender.wake();
  return { observed, linksFromMs: untilMs };
}

const batchOf = (type: string, samples: readonly unknown[]): string =>
  JSON.stringify({ type, timestamp: new Date().toISOString(), data: { samples } });
