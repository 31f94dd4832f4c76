import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { World } from "../../lab/domain/world.ts";
import { orchestratorPlace } from "../../lab/domain/world.ts";
import type { InstallationEnv } from "../../platform/env.ts";
import { freePort, isPortFree } from "../../platform/ports.ts";
import { wiringSchema, type Wiring } from "../../platform/wiring.ts";
import { writeWhole } from "../../platform/write-whole.ts";

/** Chooses where the processes listen, the same as last time where those ports are still free, and writes it down. */
export async function prepareWiring(env: InstallationEnv, world: World | null): Promise<{ wiring: Wiring; file: string }> {
  const file = join(env.dataDir, "wiring.json");
  const before = readBefore(file);
  const local = async (url: string | undefined): Promise<string> => {
    const port = url === undefined ? 0 : Number(new URL(url).port);
    return `http://127.0.0.1:${port > 0 && (await isPortFree(port)) ? port : await freePort()}`;
  };
  const secret = (known: string | undefined): string => known ?? randomBytes(24).toString("base64url");
  const reach = env.GEOSTITCH_BIND === "0.0.0.0" || env.GEOSTITCH_BIND === "::" ? "127.0.0.1" : env.GEOSTITCH_BIND;
  const host = reach.includes(":") ? `[${reach}]` : reach;
  const relay = world
    ? new URL(await local(before?.relay ? `http://${before.relay.host}:${before.relay.port}` : undefined))
    : null;
  const wiring: Wiring = {
    orchestratorPlace: world ? orchestratorPlace(world) : null,
    relay: relay ? { host: relay.hostname, port: Number(relay.port) } : null,
    host: { url: await local(before?.host.url), token: secret(before?.host.token) },
    gateway: {
      url: `http://${host}:${env.GEOSTITCH_GATEWAY_PORT}`,
      adminUrl: await local(before?.gateway.adminUrl),
      internalUrl: await local(before?.gateway.internalUrl),
      token: secret(before?.gateway.token),
    },
    intake: {
      url: `http://${host}:${env.GEOSTITCH_INTAKE_PORT}`,
      gatewaySecret: before?.intake.gatewaySecret ?? `whsec_${randomBytes(24).toString("base64")}`,
    },
    console: { url: `http://${host}:${env.GEOSTITCH_CONSOLE_PORT}` },
    lab: world
      ? {
          controlUrl: await local(before?.lab?.controlUrl),
          token: secret(before?.lab?.token),
          trustSecret: randomBytes(24).toString("base64url"),
        }
      : null,
  };
  writeWhole(file, JSON.stringify(wiring, null, 2));
  return { wiring, file };
}

/** Ports and secrets of before are a convenience: a file that cannot be read is made anew. */
function readBefore(file: string): Wiring | null {
  try {
    return wiringSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return null;
  }
}
