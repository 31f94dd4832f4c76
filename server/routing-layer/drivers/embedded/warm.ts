import { request } from "undici";
import type { LinkDialer } from "../../../connectivity-management/index.ts";
import type { WarmCommand } from "../../domain/snapshot.ts";

const TIMEOUT_MS = 2_000;
/** Enough for the requests that an entry has under way at a switch; the rest open their own. */
const CONNECTIONS = 16;

export type Warm = (entry: string, command: WarmCommand) => Promise<void>;

/**
 * Opens connections from an entry to instances that will soon be routed, by asking each whether it is ready. Over a link a
 * new connection costs a round trip, which the first requests behind a switch would otherwise wait for.
 */
export function createWarm(dialer: LinkDialer): Warm {
  return async (entry, { instances, path }) => {
    const ask = async ({ host, port, dataCenter }: WarmCommand["instances"][number]): Promise<void> => {
      const answer = await request(`http://${host}:${port}${path}`, {
        dispatcher: dialer.dispatcher(entry, dataCenter),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      await answer.body.dump();
    };
    await Promise.allSettled(instances.flatMap((instance) => Array.from({ length: CONNECTIONS }, () => ask(instance))));
  };
}
