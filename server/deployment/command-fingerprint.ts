import { createHash } from "node:crypto";
import type { AgentOrder, DeployCommand } from "./domain/host-protocol.ts";

/**
 * Two commands with the same fingerprint start the same process. Whether it begins open for writes is left out: a migration's
 * target begins closed, and is the owner's own process all the same once it has been opened.
 */
export function commandFingerprint({ writable: _writable, env, dependencies, ...rest }: DeployCommand): string {
  const inOrder = (values: Readonly<Record<string, string>>) => Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1));
  const fields = Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1));
  return fingerprint([fields, inOrder(env), inOrder(dependencies)]);
}

/** Two orders with the same fingerprint say the same; it tells nobody the secret. */
export const agentFingerprint = ({ id, secret }: AgentOrder): string => fingerprint([id, secret]);

/** Where an agent's program sends, and how it is started. */
export const programFingerprint = ({ command, intakeUrl }: { command: readonly string[]; intakeUrl: string }): string =>
  fingerprint([command, intakeUrl]);

const fingerprint = (value: unknown): string =>
  createHash("sha256").update(JSON.stringify(value)).digest("base64url").slice(0, 22);
