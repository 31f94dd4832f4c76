import { createSnapshotControl, readSealed, type SealedState } from "../../state-management/index.ts";
import { messageOf } from "../../platform/app-error.ts";
import { endsOf, transfer } from "./copy.ts";
import { abort, backFromLoss, commandOf, done, inWords, openingWithinMs, withinPause, type Step, type StepRun } from "./step.ts";
import type { HostReport } from "../domain/plan-inventory.ts";

const HELD_REQUESTS_MAX = 5_000;
const HELD_BYTES_MAX = 64 * 1024 * 1024;
const ACKNOWLEDGED_WITHIN_MS = 1_000;

/**
 * Every entry is told at once and none is waited for: a request that reaches the sealed component all the same is refused
 * unprocessed, and the gateway holds what was refused.
 */
export const pause: Step = {
  name: "pause",
  run: async ({ migration, deps }) => {
    const registry = await deps.control.statuses().catch(() => []);
    const entries = registry.map((status) => status.entry);
    for (const entry of entries) {
      const { holdDeadlineMs } = migration.context;
      const command = {
        ...commandOf(migration, `hold.${entry}`, migration.epochFrom),
        deadlineMs: holdDeadlineMs,
        countMax: HELD_REQUESTS_MAX,
        bytesMax: HELD_BYTES_MAX,
      };
      void deps.control
        .hold(entry, command)
        .catch((error: unknown) =>
          deps.logger.info(
            { entry, migration: migration.id, error: messageOf(error) },
            "an entry could not be told to hold; it holds what the sealed source refuses",
          ),
        );
    }
    return done({ result: { told: entries.length } });
  },
};

/**
 * Where the source's host can be asked to seal and to hand out the rest in one exchange, the link is crossed once for both.
 * Whatever goes wrong with the rest is the next step's to mend: sealing again answers what it answered the first time.
 */
export const seal: Step = {
  name: "seal",
  run: async (run) => {
    const { migration, results, deps } = run;
    const { source } = endsOf(migration);
    const command = commandOf(migration, "seal", migration.epochFrom);
    const since = results["pre-copy"]?.position ?? null;
    const id = `seal.${deps.term}.${deps.clock.now().getTime()}`;
    let failure: unknown = null;
    const copied = await transfer(deps, migration, { since, id, timeoutMs: withinPause(run), sealAs: command.commandId }).catch(
      (error: unknown) => {
        failure = error;
        return null;
      },
    );
    const handed = copied?.ok ? readSealed(copied.value.sealed, source) : null;
    if (copied?.ok && handed?.ok) {
      const { to, digest, bytes } = copied.value;
      return done({ result: { ...sealedOf(handed.value), rest: { position: to, digest, bytes } } });
    }
    const timeoutMs = withinPause(run, `${source} did not answer its seal: ${messageOf(failure)}`);
    const from = { place: migration.from, name: source };
    const answer = await createSnapshotControl(deps.driver).seal(from, { ...command, timeoutMs });
    if (!answer.ok) return abort(`the source cannot be sealed: ${inWords(answer.reasons)}`);
    return done({ result: { ...sealedOf(answer.value), rest: null } });
  },
};

const sealedOf = ({ position, digest, items }: SealedState) => ({ position, digest, items });

/**
 * Position and digest of both sides must be the same. Where the last chunk's digest is the whole state's, the target has
 * computed it while it took that chunk; where it is only the chunk's own, the target is asked.
 */
export const verify: Step = {
  name: "verify",
  run: async (run) => {
    const { migration, results, deps } = run;
    const sealed = results.seal;
    const copied = results["final-delta"];
    if (!sealed || !copied) return abort("nothing was sealed or copied");
    if (copied.position !== sealed.position)
      return abort(`the target is at ${copied.position}, the source was sealed at ${sealed.position}`);
    let digest = copied.digest;
    if (digest !== sealed.digest) {
      const { target } = endsOf(migration);
      const context = { ...commandOf(migration, "verify", migration.epochFrom), timeoutMs: withinPause(run) };
      const answer = await createSnapshotControl(deps.driver).digest({ place: migration.to, name: target }, context);
      if (!answer.ok) return abort(`the target's digest cannot be read: ${inWords(answer.reasons)}`);
      if (answer.value.items !== sealed.items)
        return abort(`the target holds ${answer.value.items} items, the source ${sealed.items}`);
      digest = answer.value.digest;
    }
    if (digest !== sealed.digest) return abort(`the target's digest is ${digest}, the source's ${sealed.digest}`);
    return done({ result: { position: sealed.position, digest, items: sealed.items } });
  },
};

/** Without state nobody is waiting, and a target that was ready once is given this long to be so again. */
const READY_AGAIN_MS = 10_000;

/** Effect and record are one transaction: `journal.commit` also ends this step. A target that cannot serve gets nothing. */
export const commit: Step = {
  name: "commit",
  run: async (run) => {
    const { migration, deps } = run;
    const back = await backFromLoss(run);
    if (back !== null) return abort(back);
    const isReady = (report: HostReport): boolean => report.state === "ready";
    for (const name of migration.context.targets) {
      const withinMs = migration.stateKind === "stateless" ? READY_AGAIN_MS : withinPause(run);
      if (!(await deps.inventory.until(migration.to, name, isReady, withinMs)))
        return abort(`${name} is not ready any more: ${deps.inventory.reportOf(migration.to, name)?.state ?? "unheard of"}`);
    }
    return (await deps.journal.commit(deps.term, migration)) ? done() : { kind: "interrupted" };
  },
};

/**
 * Opens the target at the next epoch. The routes go out at the same moment: the commit is recorded, and a request that
 * arrives before the target is open is refused unprocessed and sent again.
 */
export const activate: Step = {
  name: "activate",
  run: async (run) => {
    const { migration, deps } = run;
    if (migration.stateKind === "stateless") return done();
    const { target } = endsOf(migration);
    const context = { ...commandOf(migration, "activate", migration.epochTo), timeoutMs: openingWithinMs(run.tries) };
    const opening = createSnapshotControl(deps.driver).activate({ place: migration.to, name: target }, context);
    const routing = deps.publisher
      .publish()
      .catch((error: unknown) =>
        deps.logger.warn(
          { migration: migration.id, error: messageOf(error) },
          "routes could not be published beside the activation and are published by the next step",
        ),
      );
    const answer = await opening;
    await routing;
    // Past the point of no return there is only forward: a refusal here is retried until it is taken.
    if (!answer.ok) throw new Error(`the target does not open: ${inWords(answer.reasons)}`);
    return done();
  },
};

export const publish: Step = {
  name: "publish",
  run: async ({ deps }) => done({ result: { version: await deps.publisher.publish() } }),
};

/** Entries release as the snapshot reaches them; this step is over when all have said that it has. */
export const resume: Step = {
  name: "resume",
  run: async (run: StepRun) => {
    const version = run.results.publish?.version ?? (await run.deps.publisher.publish());
    while (!(await run.deps.publisher.acknowledged(version, ACKNOWLEDGED_WITHIN_MS))) {
      const behind = run.deps.publisher.behind();
      const message = `${behind.length} gateway ${behind.length === 1 ? "entry has" : "entries have"} not taken route version ${version}: ${behind.slice(0, 3).join(", ")}`;
      await run.deps.journal.setWaiting(run.deps.term, run.migration.id, { code: "acknowledgement", message });
      if (await run.interrupted()) return { kind: "interrupted" };
      await run.deps.publisher.publish();
    }
    return done();
  },
};
