import type { TransferResult } from "../../deployment/domain/host-protocol.ts";
import { AppError } from "../../platform/app-error.ts";
import type { Result } from "../../platform/result.ts";
import { decidePreCopy, type Round } from "../domain/pre-copy.ts";
import type { MigrationRecord } from "../domain/migration.ts";
import { abort, commandId, done, type Step, type StepDeps, type StepRun } from "./step.ts";
import { warmEntries } from "./warm-entries.ts";

const CHUNK_BYTES = 16 * 1024 * 1024;

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
  /** Command id under which the source is sealed before it is read. */
  readonly sealAs?: string;
}

/** Copies directly between the two ends; whichever end the orchestrator reaches sooner drives it, which saves a round trip. */
export async function transfer(
  deps: StepDeps,
  migration: MigrationRecord,
  { since, id, timeoutMs, sealAs }: Copy,
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
  const context = {
    component: migration.componentKey,
    epoch: migration.epochFrom,
    commandId: commandId(migration, id),
    timeoutMs,
  };
  return await deps.driver.transfer(place, name, command, context);
}

/** Rounds while the source serves. Each attempt of a round has an id of its own: reading again is harmless, and newer is better. */
export const preCopy: Step = {
  name: "pre-copy",
  run: async (run) => {
    const rounds: Round[] = [];
    let position: string | null = null;
    let digest: string | null = null;
    for (;;) {
      const round = await copyRound(run, position, rounds);
      if (round === "interrupted") return { kind: "interrupted" };
      if (typeof round === "string") return abort(round);
      position = round.position;
      digest = round.digest ?? digest;
      rounds.push(round);
      await run.progress({
        bytes: sum(rounds),
        rounds: rounds.length,
        roundBytes: rounds.map(({ bytes, durationMs }) => ({ bytes, durationMs })),
      });
      const decision = decidePreCopy(rounds, run.migration.context.pauseBudgetMs);
      if (decision.kind === "does-not-converge") return abort(decision.reason);
      if (decision.kind === "enough") break;
    }
    const restDurationMs = rounds.at(-1)?.durationMs ?? 0;
    await warmEntries(run);
    return done({
      bytes: sum(rounds),
      rounds: rounds.length,
      result: { position, bytes: sum(rounds), rounds: rounds.length, restDurationMs, digest },
    });
  },
};

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
    const answer = await transfer(deps, migration, { since: round.position, id, timeoutMs: 60_000 });
    if (!answer.ok) {
      // A gap means that the receiver has another position than was thought: ask it.
      if (answer.reasons[0]?.code === "gap" && round.position !== null) {
        round.position = null;
        continue;
      }
      return `the copy was refused: ${answer.reasons.map((reason) => reason.message).join("; ")}`;
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

/** What was written between the last round and the seal. */
export const finalDelta: Step = {
  name: "final-delta",
  run: async ({ migration, results, deps }) => {
    const timeoutMs = migration.context.pauseBudgetMs;
    const { seal } = results;
    if (!seal) throw new AppError("internal", `${migration.id} reached its final delta unsealed`);
    const before = seal.rest ?? { position: null, digest: null, ...results["pre-copy"], bytes: 0 };
    let { bytes, position: since } = before;
    let digest = since === seal.position ? before.digest : null;
    for (let part = 0; since !== seal.position; part += 1) {
      const answer = await transfer(deps, migration, {
        since,
        id: `final.${deps.term}.${part}.${deps.clock.now().getTime()}`,
        timeoutMs,
      });
      if (!answer.ok && answer.reasons[0]?.code === "gap" && since !== null) {
        since = null;
        continue;
      }
      if (!answer.ok) return abort(`the final delta was refused: ${answer.reasons.map((reason) => reason.message).join("; ")}`);
      bytes += answer.value.bytes;
      digest = answer.value.digest ?? digest;
      if (answer.value.to === since && answer.value.complete)
        return abort(`the source was sealed at ${seal.position}, but only ${since} can be read from it`);
      since = answer.value.to;
    }
    return done({ bytes, result: { position: since, digest, bytes } });
  },
};
