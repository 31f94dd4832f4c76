import { pino } from "pino";
import { expect, test } from "vitest";
import { systemClock } from "../../platform/clock.ts";
import { ok } from "../../platform/result.ts";
import type { RegistrySnapshot } from "../../component-registry/domain/registry.ts";
import type { DeploymentDriver } from "../../deployment/index.ts";
import type { HostInstance, WatchLine } from "../../deployment/domain/host-protocol.ts";
import { createInventory } from "./inventory.ts";
import type { InventoryStore } from "./ports.ts";

const registry = {
  dataCenters: [{ name: "here", spec: { cordoned: false }, lastSeenAt: new Date(), loss: null }],
  components: [],
  instances: [],
  links: [],
  policies: [],
  reservations: [],
  openMigrations: [],
} as unknown as RegistrySnapshot;

const target = {
  name: "shop.cart.new",
  component: "shop/cart",
  dataCenter: "here",
  state: "starting",
  startedAt: null,
  nextRestartAt: null,
} as unknown as HostInstance;

/** A place that tells what it is made to tell, and a registry that is read while it does. */
function world() {
  let tell: ((line: WatchLine) => void) | null = null;
  const stopped: string[] = [];
  let whileReading = (): void => undefined;
  const ended = new AbortController();
  const driver = {
    watch: (_place: string, onLine: (line: WatchLine) => void, signal: AbortSignal) => {
      tell = onLine;
      onLine({ kind: "snapshot", items: [] });
      return new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
    },
    stop: (_place: string, name: string) => {
      stopped.push(name);
      return Promise.resolve(ok(null));
    },
  } as unknown as DeploymentDriver;
  const store = {
    read: () => {
      whileReading();
      return Promise.resolve(registry);
    },
    observe: () => Promise.resolve(),
    announceDataCenters: () => Promise.resolve(),
  } as unknown as InventoryStore;
  const inventory = createInventory({
    term: 1,
    store,
    driver,
    clock: systemClock,
    logger: pino({ level: "silent" }),
    newId: (prefix) => `${prefix}_000001`,
    internalGatewayUrl: "http://127.0.0.1:1",
    usualPlace: null,
    onChange: () => undefined,
    signal: ended.signal,
  });
  return {
    inventory,
    stopped,
    end: () => ended.abort(),
    tellWhileReading: (line: WatchLine) => {
      whileReading = () => tell?.(line);
    },
  };
}

test("an instance that a move starts while the registry is read is not stopped; what the next reading does not know either is", async () => {
  const { inventory, stopped, end, tellWhileReading } = world();
  await inventory.pass();
  tellWhileReading({ kind: "changed", item: target });
  await inventory.pass();
  expect(inventory.reportOf("here", target.name)?.state).toBe("starting");
  expect(stopped).toEqual([]);
  await inventory.pass();
  expect(stopped).toEqual([target.name]);
  end();
});
