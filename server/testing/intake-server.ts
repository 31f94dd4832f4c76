import type { AddressInfo } from "node:net";
import { pino } from "pino";
import { createIntake, createKeySeal } from "../kpi-intake/index.ts";
import { storeLinkSamples } from "../kpi-intake/store/link-samples-store.ts";
import { storeKpiSamples, storeTraffic } from "../kpi-intake/store/samples-store.ts";
import { SECRET, type TestApi } from "./api.ts";

export interface IntakeServer {
  /** Of the webhook. */
  readonly url: string;
  close(): void;
}

/** The intake on a socket of its own, over the database of a test's API. */
export async function startIntake({ database: { pool } }: TestApi): Promise<IntakeServer> {
  const server = createIntake({
    pool,
    gatewaySecret: `whsec_${Buffer.alloc(24, 7).toString("base64")}`,
    openKey: createKeySeal(SECRET).open,
    logger: pino({ level: "silent" }),
    storeKpis: (delivery, placed) => storeKpiSamples(pool, delivery, placed),
    storeTraffic: (delivery, at, traffic) => storeTraffic(pool, delivery, at, traffic),
    storeLinks: (delivery, links) => storeLinkSamples(pool, delivery, links),
    onBatch: () => undefined,
    own: () => false,
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/webhooks/kpi`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** An agent of the shop's cart, enrolled for one test. */
export async function enrolAgent(api: TestApi): Promise<{ readonly id: string; readonly secret: string }> {
  const { body } = await api.call("POST", "/agents", { body: { name: `agent-${Math.random()}`, components: ["shop/cart"] } });
  return body as unknown as { id: string; secret: string };
}
