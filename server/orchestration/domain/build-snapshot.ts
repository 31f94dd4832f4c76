import type { ComponentRecord, RegistrySnapshot } from "../../component-registry/domain/registry.ts";
import type { RouteSnapshot } from "../../routing-layer/domain/snapshot.ts";

/**
 * Routes as the registry has them: instances at their component's epoch that can be sent requests. A sealed one stays in: it
 * refuses unprocessed, and the gateway holds what it refused; without it those requests would fail.
 */
export function buildRoutes(registry: RegistrySnapshot): Omit<RouteSnapshot, "version" | "publishedAt"> {
  return {
    dataCenters: registry.dataCenters.map(({ name, spec }) => ({
      name,
      latitude: spec.location.latitude,
      longitude: spec.location.longitude,
      country: spec.location.country,
    })),
    links: registry.links.flatMap(({ from, to, spec }) => (spec.rttMs === null ? [] : [{ from, to, rttMs: spec.rttMs }])),
    components: registry.components.map((component) => routesOf(component, registry)),
  };
}

/** While a move is tried out both sides own the component, and each has its share; before and behind that one side has all. */
function routesOf(component: ComponentRecord, registry: RegistrySnapshot): RouteSnapshot["components"][number] {
  const move = registry.openMigrations.find(
    ({ componentKey, canary = null }) => componentKey === component.key && canary !== null,
  );
  const { serves, sources, percent } = move?.canary ?? { serves: "targets", sources: [], percent: 0 };
  const isServed = (name: string): boolean => serves === "both" || sources.includes(name) === (serves === "sources");
  const instances = registry.instances.flatMap((row) => {
    const owns = row.componentKey === component.key && row.desired && row.migrationId === null && row.epoch === component.epoch;
    const answers = row.state === "ready" || row.state === "sealed";
    return owns && isServed(row.name) && answers && row.port !== null
      ? [{ name: row.name, dataCenter: row.dataCenter, host: row.host, port: row.port, epoch: row.epoch }]
      : [];
  });
  const shares =
    move === undefined || serves !== "both"
      ? []
      : [
          { dataCenter: move.to, percent },
          { dataCenter: move.from, percent: 100 - percent },
        ];
  return {
    component: component.key,
    application: component.application,
    name: component.name,
    entrypoint: component.spec.entrypoint,
    protocol: component.spec.network.protocol,
    stateKind: component.spec.state.kind,
    epoch: component.epoch,
    instances,
    shares,
  };
}

/** Problems that would make a snapshot point to nothing: found before anybody hears of it. */
export function snapshotProblems(snapshot: Omit<RouteSnapshot, "version" | "publishedAt">): readonly string[] {
  const places = new Set(snapshot.dataCenters.map((place) => place.name));
  return snapshot.components.flatMap((component) =>
    component.instances.flatMap((instance) => {
      if (!places.has(instance.dataCenter))
        return [`${instance.name} stands in ${instance.dataCenter}, which is not in the snapshot`];
      return instance.epoch === component.epoch
        ? []
        : [`${instance.name} is at epoch ${instance.epoch}, ${component.component} at ${component.epoch}`];
    }),
  );
}
