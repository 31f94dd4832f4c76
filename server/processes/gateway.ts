import { join } from "node:path";
import { createLinkDialer } from "../connectivity-management/index.ts";
import { createLogger } from "../platform/logger.ts";
import { listen, listenAt, onStop } from "../platform/serve.ts";
import { readWiring } from "../platform/wiring.ts";
import { createAdminListener, EntryTable } from "../routing-layer/drivers/embedded/admin.ts";
import { createInternalListener, createPublicListener, type ListenerDeps } from "../routing-layer/drivers/embedded/listeners.ts";
import { createProbe } from "../routing-layer/drivers/embedded/probe.ts";
import { createWarm } from "../routing-layer/drivers/embedded/warm.ts";
import { createTrafficReport } from "../routing-layer/drivers/embedded/traffic-report.ts";
import { openPlaceLookup } from "../user-proximity/drivers/mmdb/lookup.ts";
import { createGatewayMetrics } from "./gateway-metrics.ts";

/** The dynamic routing layer: one process that is the entry at every data centre. Needs nothing but its last routes. */
const env = process.env;
const wiring = readWiring(env["GEOSTITCH_WIRING"] ?? "");
const logger = createLogger("gateway");
const table = new EntryTable(join(env["GEOSTITCH_DATA_DIR"] ?? ".geostitch", "gateway", "snapshot.json"), logger);
const lookup = openPlaceLookup(env["GEOSTITCH_GEOIP_DB"] ?? null);
const report = createTrafficReport({ intakeUrl: wiring.intake.url, secret: wiring.intake.gatewaySecret, logger });
const metrics = createGatewayMetrics(table);
const trusted = (env["GEOSTITCH_TRUSTED_PROXIES"] ?? "")
  .split(",")
  .map((block) => block.trim())
  .filter((block) => block !== "");

const deps: ListenerDeps = {
  entries: table,
  lookup,
  dialer: createLinkDialer(wiring.relay),
  logger,
  trusted: wiring.lab ? [...trusted, "127.66.0.0/16"] : trusted,
  trustSecret: wiring.lab?.trustSecret ?? null,
  own: metrics.own,
  onResult: (result, exchange) => {
    const user = exchange.clientAddress !== "internal";
    metrics.note(result);
    report.note(result, { entry: exchange.entry.name, user, place: user ? lookup.locate(exchange.clientAddress) : null });
  },
};

const publicListener = createPublicListener(deps);
const publicUrl = new URL(wiring.gateway.url);
const { dialer } = deps;
const doors = {
  warm: createWarm(dialer),
  probe: createProbe(dialer),
  locate: (address: string) => lookup.locate(address),
};
const admin = createAdminListener(table, { token: wiring.gateway.token, logger, ...doors });
await listen(admin, wiring.gateway.adminUrl);
await listen(createInternalListener(deps), wiring.gateway.internalUrl);
await listenAt(publicListener, env["GEOSTITCH_BIND"] ?? "127.0.0.1", Number(publicUrl.port));
onStop(async () => {
  publicListener.close();
  await Promise.race([report.stop(), new Promise((resolve) => setTimeout(resolve, 1_500))]);
});
