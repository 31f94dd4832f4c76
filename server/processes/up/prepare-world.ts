import { createHash } from "node:crypto";
import { createRegistryService } from "../../component-registry/index.ts";
import { createRegistryStore } from "../../component-registry/store/registry-store.ts";
import { createAuth, ensureAdministrator } from "../../identity/index.ts";
import { worldManifests, type World } from "../../lab/domain/world.ts";
import { systemActor } from "../../platform/actor.ts";
import { systemClock } from "../../platform/clock.ts";
import { openDatabase, type Database } from "../../platform/db/client.ts";

const DEFAULT_POLICY = { apiVersion: "geostitch.dev/v1", kind: "Policy", metadata: { name: "default" }, spec: {} };

/** Makes the first administrator, the default policy, and the lab's world where they are not there yet. */
export async function prepareWorld(options: {
  databaseUrl: string;
  authSecret: string;
  person: { email: string; password: () => string };
  world: World | null;
}): Promise<void> {
  const database = openDatabase(options.databaseUrl, { name: "geostitch-up", connectionsMax: 2 });
  try {
    await ensureAdministrator(createAuth(database, { secret: options.authSecret }), database, options.person);
    await applyOnce(database, options.world);
  } finally {
    await database.close();
  }
}

/** The world is applied when its file has changed: what operators changed since stays theirs. */
async function applyOnce(database: Database, world: World | null): Promise<void> {
  const registry = createRegistryService({ store: createRegistryStore(database), clock: systemClock });
  const { policies } = await registry.read();
  const actor = systemActor("npm start");
  if (!policies.some((policy) => policy.name === "default"))
    await registry.apply({ manifests: [DEFAULT_POLICY], dryRun: false, actor, requestId: null });
  if (!world) return;
  const manifests = worldManifests(world);
  const hash = createHash("sha256").update(JSON.stringify(manifests)).digest("hex");
  const known = await database.prisma.setting.findUnique({ where: { key: "lab-world" } });
  if (known?.value === hash) return;
  await registry.apply({ manifests, dryRun: false, actor, requestId: null });
  await database.prisma.setting.upsert({
    where: { key: "lab-world" },
    create: { key: "lab-world", value: hash },
    update: { value: hash, changedAt: new Date() },
  });
}
