import type { TransferResult } from "../../deployment/domain/host-protocol.ts";
import { AppError, messageOf } from "../../platform/app-error.ts";
import type { Result } from "../../platform/result.ts";
import { decidePreCopy, type Round } from "../domain/pre-copy.ts";
import type { MigrationRecord } from "../domain/migration.ts";
import { meetCompanions } from "./meet-companions.ts";
import { abort, commandOf, done, inWords, withinPause, type Step, type StepDeps, type StepRun } from "./step.ts";
import { warmEntries } from "./warm-entries.ts";

const CHUNK_BYTES = 16 * 1024 * 1024;
/** Silence is found out by the hosts; this is for a copy that creeps. */
const TRANSFER_MAX_MS = 300_000;
const ATTEND_EVERY_MS = 500;
const SLOW_AFTER_MS = 10_000;
const AT_ONCE_MS = 250;

export function endsOf(migration: MigrationRecord): { source: string; target: string } {
  const [source] = migration.context.sources;
  const [target] = migration.context.targets;
  if (source === undefined || target === undefined) throw new AppError("internal", `${migration.id} has no source or no target`);
  return { source, target };
}

interface Copy {
  readonly since: string | null;
  readonly id: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** Command id under which the source is sealed before it is read. */
  readonly sealAs?: string;
}

/** Copies directly between the two ends; whichever end the orchestrator reaches sooner drives it, which saves a round trip. */
export async function transfer(
  deps: StepDeps,
  migration: MigrationRecord,
  { since, id, timeoutMs, sealAs, signal }: Copy,
): Promise<Result<TransferResult>> {
  const { source, target } = endsOf(migration);
  const pushes = deps.rttMs(migration.from) <= deps.rttMs(migration.to);
  const [place, name] = pushes ? [migration.from, source] : [migration.to, target];
  const peer = pushes ? { dataCenter: migration.to, instance: target } : { dataCenter: migration.from, instance: source };
  const command = {
    direction: pushes ? ("push" as const) : ("pull" as const),
    peer,
    since,
    bytesMax: CHUNK_BYTES,
    sealAs: sealAs ?? null,
  };
  const context = { ...commandOf(migration, id, migration.epochFrom), timeoutMs, ...(signal ? { signal } : {}) };
  return await deps.driver.transfer(place, name, command, context);
}

/** Rounds while the source serves. Each attempt of a round has an id of its own: reading again is harmless, and newer is better. */
export const preCopy: Step = {
  name: "pre-copy",
  run: async (run) => {
    const rounds: Round[] = [];
    // What was written while others were waited for says nothing of whether the copy converges.
    let recent: Round[] = [];
    let position: string | null = null;
    let digest: string | null = null;
    for (;;) {
      const round = await copyRound(run, position, rounds);
      if (round === "interrupted") return { kind: "interrupted" };
      if (typeof round === "string") return abort(round);
      position = round.position;
      digest = round.digest ?? digest;
      rounds.push(round);
      recent.push(round);
      await run.progress({
        bytes: sum(rounds),
        rounds: rounds.length,
        roundBytes: rounds.map(({ bytes, durationMs }) => ({ bytes, durationMs })),
      });
      const decision = decidePreCopy(recent, run.migration.context.pauseBudgetMs);
      if (decision.kind === "does-not-converge") return abort(decision.reason);
      if (decision.kind !== "enough") continue;
      const waited = await waitForTurn(run);
      if (waited === "interrupted") return { kind: "interrupted" };
      // What was written while others were waited for would lengthen the pause: one round more.
      if (waited === "at-once") break;
      recent = [round];
    }
    const restDurationMs = rounds.at(-1)?.durationMs ?? 0;
    // The last moment at which asking costs nobody anything: what the manifest says may have changed since the reservation.
    const forbidden = await run.forbidden();
    if (forbidden !== null) return abort(forbidden);
    await warmEntries(run);
    return done({
      bytes: sum(rounds),
      rounds: rounds.length,
      result: { position, bytes: sum(rounds), rounds: rounds.length, restDurationMs, digest },
    });
  },
};

/** What has state switches when its companions are ready and those without state have switched: nothing disturbs its pause. */
async function waitForTurn(run: StepRun): Promise<"at-once" | "waited" | "interrupted"> {
  const { migration, deps } = run;
  const beganMs = deps.clock.monotonicMs();
  deps.companions.arrive(migration.id, "ready", deps.clock.now());
  for (const point of ["ready", "switched"] as const)
    if ((await meetCompanions(run, point)) === "interrupted") return "interrupted";
  return deps.clock.monotonicMs() - beganMs < AT_ONCE_MS ? "at-once" : "waited";
}

const sum = (rounds: readonly Round[]): number => rounds.reduce((total, round) => total + round.bytes, 0);

interface CopiedRound extends Round {
  readonly position: string;
  readonly digest: string | null;
}

async function copyRound(run: StepRun, since: string | null, before: readonly Round[]): Promise<CopiedRound | string> {
  const { migration, deps } = run;
  const round = { bytes: 0, durationMs: 0, position: since, digest: null as string | null };
  for (let part = 0; ; part += 1) {
    if (await run.interrupted()) return "interrupted";
    const id = `pre-copy.${deps.term}.${before.length}.${part}.${deps.clock.now().getTime()}`;
    const answer = await attended(run, (signal) =>
      transfer(deps, migration, { since: round.position, id, timeoutMs: TRANSFER_MAX_MS, signal }),
    );
    if (answer === "interrupted") return "interrupted";
    if (!answer.ok) {
      // A gap means that the receiver has another position than was thought: ask it.
      if (answer.reasons[0]?.code === "gap" && round.position !== null) {
        round.position = null;
        continue;
      }
      return `the copy was refused: ${inWords(answer.reasons)}`;
    }
    round.bytes += answer.value.bytes;
    round.durationMs += answer.value.durationMs;
    round.position = answer.value.to;
    round.digest = answer.value.digest ?? round.digest;
    if (answer.value.complete) return { ...round, position: answer.value.to };
    await run.progress({
      bytes: sum(before) + round.bytes,
      rounds: before.length + 1,
      roundBytes: [...before, round].map(({ bytes, durationMs }) => ({ bytes, durationMs })),
    });
  }
}

/**
 * A transfer takes as long as its bytes do, and a person need not wait for it: while it runs somebody looks whether it is
 * still wanted, and says what is being waited for where nothing can be told of its progress.
 */
async function attended<T>(run: StepRun, work: (signal: AbortSignal) => Promise<T>): Promise<T | "interrupted"> {
  const { migration, deps } = run;
  const unwanted = new AbortController();
  const over = new AbortController();
  const attending = attend(run, unwanted, over.signal);
  try {
    return await work(unwanted.signal);
  } catch (error) {
    if (unwanted.signal.aborted) return "interrupted";
    throw explained(run, error);
  } finally {
    over.abort();
    if (await attending) await deps.journal.setWaiting(deps.term, migration.id, null);
  }
}

/** Answers whether it said that something is waited for. */
async function attend({ migration, deps, interrupted }: StepRun, unwanted: AbortController, over: AbortSignal): Promise<boolean> {
  const startedMs = deps.clock.monotonicMs();
  let hasSaid = false;
  const look = async (): Promise<void> => {
    if (await interrupted()) unwanted.abort();
    if (hasSaid || deps.clock.monotonicMs() - startedMs < SLOW_AFTER_MS) return;
    const message = `a part of the state has been on its way from ${migration.from} to ${migration.to} for ${SLOW_AFTER_MS / 1000} s`;
    await deps.journal.setWaiting(deps.term, migration.id, { code: "transfer", message });
    hasSaid = true;
  };
  for (;;) {
    await deps.clock.sleep(ATTEND_EVERY_MS, over).catch(() => undefined);
    if (over.aborted || unwanted.signal.aborted) return hasSaid;
    // An outage of the database is not the copy's: it is looked at again.
    await look().catch(() => undefined);
  }
}

/** A target that ends again and again says more than the copy that could not reach it. */
function explained({ migration, deps }: StepRun, error: unknown): unknown {
  for (const name of migration.context.targets) {
    const report = deps.inventory.reportOf(migration.to, name);
    if (report && report.restarts > 0 && report.lastExit !== null)
      return new AppError(
        "unavailable",
        `${messageOf(error)}; ${name} was started again ${report.restarts} times: ${report.lastExit}`,
      );
  }
  return error;
}

/** What was written between the last round and the seal. */
export const finalDelta: Step = {
  name: "final-delta",
  run: async (run) => {
    const { migration, results, deps } = run;
    const { seal } = results;
    if (!seal) throw new AppError("internal", `${migration.id} reached its final delta unsealed`);
    const before = seal.rest ?? { position: null, digest: null, ...results["pre-copy"], bytes: 0 };
    let { bytes, position: since } = before;
    let digest = since === seal.position ? before.digest : null;
    for (let part = 0; since !== seal.position; part += 1) {
      const answer = await transfer(deps, migration, {
        since,
        id: `final.${deps.term}.${part}.${deps.clock.now().getTime()}`,
        timeoutMs: withinPause(run),
      });
      if (!answer.ok && answer.reasons[0]?.code === "gap" && since !== null) {
        since = null;
        continue;
      }
      if (!answer.ok) return abort(`the final delta was refused: ${inWords(answer.reasons)}`);
      bytes += answer.value.bytes;
      digest = answer.value.digest ?? digest;
      if (answer.value.to === since && answer.value.complete)
        return abort(`the source was sealed at ${seal.position}, but only ${since} can be read from it`);
      since = answer.value.to;
    }
    return done({ bytes, result: { position: since, digest, bytes } });
  },
};
