import type { InstanceAgent } from "../../kpi-intake/index.ts";
import { agentFingerprint, type DeploymentDriver } from "../../deployment/index.ts";
import { messageOf } from "../../platform/app-error.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Logger } from "../../platform/logger.ts";
import type { Inventory } from "./inventory.ts";
import type { AgentStore } from "./ports.ts";

export interface AgentKeeperDeps {
  readonly term: number;
  readonly agents: AgentStore;
  readonly driver: DeploymentDriver;
  readonly inventory: Pick<Inventory, "reportOf">;
  readonly clock: Clock;
  readonly newId: (prefix: string) => string;
  readonly logger: Logger;
}

/** An instance is warm by then: its agent would take the machine's time from that. */
const AFTER_START_MS = 5_000;
/** Not while something is about to switch, for the same reason; but no later than this. */
const AT_LAST_MS = 60_000;

/**
 * Gives each instance an agent of its own and tells its host as whom it reports, again whenever that changes. Apart from the
 * deploy command and beside every other pass: nothing waits for an agent, and no instance starts anew for a key.
 */
export function createAgentKeeper(deps: AgentKeeperDeps): { pass(): Promise<void> } {
  const inFlight = new Set<string>();
  let isBusy = false;
  const look = async (): Promise<void> => {
    const { items, hasLeft, isSwitching } = await deps.agents.read();
    const afterMs = isSwitching ? AT_LAST_MS : AFTER_START_MS;
    const without = items.filter((item) => item.agent === null && hasRunFor(deps, item, afterMs)).map(({ instance }) => instance);
    if (without.length > 0 || hasLeft) await deps.agents.enrol(deps.term, without);
    for (const item of items) tellWhereOutdated(deps, inFlight, item);
  };
  return {
    pass: async () => {
      // Nobody waits for a pass, so the next one may come while this one still waits for the database.
      if (isBusy) return;
      isBusy = true;
      await look().finally(() => (isBusy = false));
    },
  };
}

function hasRunFor({ inventory, clock }: AgentKeeperDeps, { dataCenter, instance }: InstanceAgent, ms: number): boolean {
  const report = inventory.reportOf(dataCenter, instance);
  return report?.state === "ready" && report.startedAt !== null && clock.now().getTime() - report.startedAt.getTime() >= ms;
}

function tellWhereOutdated(deps: AgentKeeperDeps, inFlight: Set<string>, item: InstanceAgent): void {
  const { instance, component, dataCenter, epoch, agent } = item;
  const report = deps.inventory.reportOf(dataCenter, instance);
  if (!agent || !report || inFlight.has(instance)) return;
  const wanted = agentFingerprint(agent);
  if (report.agentFingerprint === wanted) return;
  inFlight.add(instance);
  const context = { component, epoch, commandId: `agent.${instance}.${deps.newId("c").slice(-6)}` };
  deps.driver
    .tellAgent(dataCenter, instance, agent, context)
    .then((answer) => {
      if (!answer.ok) deps.logger.debug({ instance, reasons: answer.reasons }, "a host did not take an agent's order");
    })
    .catch((error: unknown) => deps.logger.debug({ instance, error: messageOf(error) }, "an agent's order is given again"))
    .finally(() => inFlight.delete(instance));
}
