import { readFileSync } from "node:fs";
import { z } from "zod";

/**
 * Where the installation's own processes listen on this machine. The supervisor chooses the ports once, writes this file
 * into the data folder and names it in GEOSTITCH_WIRING; every process reads it at its start.
 */
export const wiringSchema = z.object({
  /** Data centre in which the orchestrator stands, so that its commands cross the lab's relays; null outside the lab. */
  orchestratorPlace: z.string().nullable(),
  /** Sends every byte between two places through a delay; null outside the lab, where links are direct. */
  relay: z.object({ host: z.string(), port: z.number().int() }).nullable(),
  /** The process driver's receiving side: starts and watches the instances of every data centre of this machine. */
  host: z.object({ url: z.string(), token: z.string() }),
  gateway: z.object({
    /** Public address: clients. */
    url: z.string(),
    /** Snapshots, holds, status; bearer token. Loopback only. */
    adminUrl: z.string(),
    /** Calls from one component to another: `<internalUrl>/@<data centre>/<application>/<component>`. Loopback only. */
    internalUrl: z.string(),
    token: z.string(),
  }),
  intake: z.object({
    url: z.string(),
    /** Signs the gateway's own traffic reports, Standard Webhooks form (`whsec_…`). */
    gatewaySecret: z.string(),
  }),
  console: z.object({ url: z.string() }),
  lab: z.object({ controlUrl: z.string(), token: z.string(), trustSecret: z.string() }).nullable(),
});

export type Wiring = z.infer<typeof wiringSchema>;

export function readWiring(path: string): Wiring {
  return wiringSchema.parse(JSON.parse(readFileSync(path, "utf8")));
}
