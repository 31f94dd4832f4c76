import { setTimeout as delay } from "node:timers/promises";
import { AppError } from "../../platform/app-error.ts";
import { PORT_VARIABLES, type InstallationEnv } from "../../platform/env.ts";
import { whyNotListening } from "../../platform/ports.ts";

const TRIES = 15;
const EVERY_MS = 100;

/** One line for the first port that cannot be had, naming it and its variable. */
export async function requirePorts(env: InstallationEnv): Promise<void> {
  for (const variable of PORT_VARIABLES) {
    const problem = await becomesFree(env[variable], env.GEOSTITCH_BIND);
    if (problem === null) continue;
    if (problem === "EADDRINUSE") throw new AppError("conflict", `Port ${env[variable]} is in use. Set ${variable}.`);
    if (problem === "EACCES")
      throw new AppError("bad-input", `Port ${env[variable]} may not be used by this user. Set ${variable}.`);
    throw new AppError("bad-input", `GEOSTITCH_BIND: this machine cannot listen on ${env.GEOSTITCH_BIND} (${problem})`);
  }
}

/** A process that was just ended may hold its port for some milliseconds more, by a thread that is still going. */
async function becomesFree(port: number, host: string): Promise<string | null> {
  for (let tries = 1; ; tries += 1) {
    const problem = await whyNotListening(port, host);
    if (problem !== "EADDRINUSE" || tries === TRIES) return problem;
    await delay(EVERY_MS);
  }
}
