import { deployCommandOf } from "../domain/deploy-command.ts";
import { AppError } from "../../platform/app-error.ts";
import type { HostReport } from "../domain/plan-inventory.ts";
import { meetCompanions } from "./meet-companions.ts";
import { abort, backFromLoss, commandOf, done, inWords, type Step, type StepRun } from "./step.ts";
import { warmEntries } from "./warm-entries.ts";

const READY_WITHIN_MS = 60_000;
const POLL_MS = 250;

export const reserve: Step = {
  name: "reserve",
  run: async (run) => {
    const { migration, deps } = run;
    const back = await backFromLoss(run);
    if (back !== null) return abort(back);
    const reserved = await deps.journal.reserve(deps.term, migration);
    if (reserved.ok) return done();
    // After a takeover nobody has heard of any place yet: that passes, and giving up has a budget of its own.
    if (reserved.code === "unreachable") throw new AppError("unavailable", reserved.message);
    return abort(`${reserved.code}: ${reserved.message}`);
  },
};

/** Before any pause: the time to boot is never a time without service. */
export const deploy: Step = {
  name: "deploy",
  run: async (run) => {
    const { migration, deps } = run;
    const component = await run.component();
    const { driver, journal, term, internalGatewayUrl } = deps;
    await journal.insertTargets(term, migration, component.spec.version);
    const writable = migration.stateKind === "stateless";
    const command = deployCommandOf({ component, dataCenter: migration.to, writable, internalGatewayUrl });
    for (const name of migration.context.targets) {
      const context = commandOf(migration, `deploy.${name}`, migration.epochFrom);
      const answer = await driver.deploy(migration.to, name, command, context);
      if (!answer.ok) return abort(`${name} was refused: ${inWords(answer.reasons)}`);
    }
    return await untilReady(run);
  },
};

async function untilReady(run: StepRun) {
  const { migration, deps, interrupted } = run;
  const deadline = deps.clock.monotonicMs() + READY_WITHIN_MS;
  const isReady = (report: HostReport): boolean => report.state === "ready";
  for (const name of migration.context.targets) {
    while (!(await deps.inventory.until(migration.to, name, isReady, POLL_MS))) {
      if (await interrupted()) return { kind: "interrupted" as const };
      const report = deps.inventory.reportOf(migration.to, name);
      if (report && report.restarts >= 3) return abort(`${name} does not start: ${report.lastExit ?? "it ends again and again"}`);
      if (deps.clock.monotonicMs() > deadline)
        return abort(
          `${name} was not ready within ${READY_WITHIN_MS / 1000} s: ${report?.lastExit ?? report?.state ?? "its host does not report it"}`,
        );
    }
  }
  // Routes are made from the registry: at the switch it has to know the target's port and that it is ready.
  await deps.inventory.record(migration.to, migration.context.targets);
  // With state, the copy comes first: connections are opened behind it, so that they are fresh at the switch.
  if (migration.stateKind === "stateless") {
    deps.companions.arrive(migration.id, "ready", deps.clock.now());
    if ((await meetCompanions(run, "ready")) === "interrupted") return { kind: "interrupted" as const };
    // The last moment before the commit: what the manifest says may have changed while others were waited for.
    const forbidden = await run.forbidden();
    if (forbidden !== null) return abort(forbidden);
    await warmEntries(run);
  }
  return done({ result: { targets: migration.context.targets } });
}
