import type { RegistrySnapshot } from "../../component-registry/domain/registry.ts";
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
    components: registry.components.map((component) => ({
      component: component.key,
      application: component.application,
      name: component.name,
      entrypoint: component.spec.entrypoint,
      protocol: component.spec.network.protocol,
      stateKind: component.spec.state.kind,
      epoch: component.epoch,
      instances: registry.instances.flatMap((row) => {
        const serves =
          row.componentKey === component.key && row.desired && row.migrationId === null && row.epoch === component.epoch;
        const answers = row.state === "ready" || row.state === "sealed";
        return serves && answers && row.port !== null
          ? [{ name: row.name, dataCenter: row.dataCenter, host: row.host, port: row.port, epoch: row.epoch }]
          : [];
      }),
    })),
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
