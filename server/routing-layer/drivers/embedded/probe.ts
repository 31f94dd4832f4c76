import type { LinkDialer } from "../../../connectivity-management/index.ts";
import type { ProbeCommand } from "../../domain/snapshot.ts";

const TIMEOUT_MS = 2_500;

/** How many of the instances take a connection over the links from an entry. */
export type Probe = (entry: string, command: ProbeCommand) => Promise<number>;

export function createProbe(dialer: LinkDialer): Probe {
  return async (entry, { targets }) => {
    const reach = async ({ dataCenter, host, port }: ProbeCommand["targets"][number]): Promise<void> => {
      (await dialer.dial({ from: entry, to: dataCenter, host, port }, TIMEOUT_MS)).destroy();
    };
    const tried = await Promise.allSettled(targets.map(reach));
    return tried.filter(({ status }) => status === "fulfilled").length;
  };
}
