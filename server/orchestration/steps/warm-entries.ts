import { messageOf } from "../../platform/app-error.ts";
import type { StepRun } from "./step.ts";

/** A move never waits longer for it: connections that are not there are opened by the requests that need them. */
const WITHIN_MS = 1_500;

/** Lets every entry open connections to the targets before requests are sent there. Never fails a step. */
export async function warmEntries({ migration, component, deps, signal }: StepRun): Promise<void> {
  try {
    const entries = (await deps.control.statuses()).map((status) => status.entry);
    const { network } = (await component()).spec;
    if (network.protocol !== "http" || network.readiness === null) return;
    const instances = migration.context.targets.flatMap((name) => {
      const report = deps.inventory.reportOf(migration.to, name);
      return report && report.port !== null ? [{ dataCenter: migration.to, host: report.host, port: report.port }] : [];
    });
    const command = { path: network.readiness.path, instances };
    const warming = Promise.allSettled(entries.map((entry) => deps.control.warm(entry, command)));
    await Promise.race([warming, deps.clock.sleep(WITHIN_MS, signal)]);
  } catch (error) {
    deps.logger.debug({ migration: migration.id, error: messageOf(error) }, "entries could not open connections beforehand");
  }
}
