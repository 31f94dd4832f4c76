import { writeFileSync } from "node:fs";
import { FORWARD_POINTS } from "../../orchestration/engine/fault-points.ts";
import type { Moves } from "../moves.ts";
import type { TestWorld } from "../test-world.ts";

/** What is killed at a point. The orchestrator ends itself there; for the others it stands still until they are dead. */
export const OTHERS = ["gateway", "host", "source", "target", "database"] as const;
export type Victim = "orchestrator" | (typeof OTHERS)[number];

const at = (point: string): number => FORWARD_POINTS.indexOf(point);

/** Before it is deployed there is no target, and once it is retired no source. */
export function isThere(victim: Victim, point: string): boolean {
  if (victim === "target") return at(point) >= at("forward:prepare:after-effect");
  if (victim === "source") return at(point) < at("forward:settle:after-effect");
  return true;
}

/** Ends the victim as `kill -9` does, starts again what a supervisor would, and lets the orchestrator go on. False: there was nothing to kill. */
export async function kill(
  victim: Victim,
  marker: string,
  context: { world: TestWorld; moves: Moves; id: string },
): Promise<boolean> {
  const { world, moves, id } = context;
  try {
    if (victim === "gateway" || victim === "host") return world.restart(victim);
    if (victim === "database") return await world.restartDatabase();
    const { sources, targets } = (await moves.service.get(id)).context;
    const pids = (await world.instances()).filter(({ name }) => (victim === "source" ? sources : targets).includes(name));
    for (const { pid } of pids) if (pid !== null) process.kill(pid, "SIGKILL");
    return pids.some(({ pid }) => pid !== null);
  } finally {
    writeFileSync(`${marker}.done`, "");
  }
}
