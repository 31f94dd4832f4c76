import type { Reason } from "../../platform/result.ts";
import {
  componentKeyIn,
  manifestKey,
  type ComponentManifest,
  type LinkManifest,
  type Manifest,
  type PolicyManifest,
} from "./manifest.ts";
import { DEFAULT_POLICY } from "./policy.ts";

/** What an apply may refer to: what the registry holds and what comes with it. */
export interface KnownNames {
  readonly components: ReadonlySet<string>;
  readonly dataCenters: ReadonlySet<string>;
  /** Policies by the applications that they name. */
  readonly policyOf?: ReadonlyMap<string, string>;
}

/**
 * What single manifests cannot know of each other. A dependency must exist and must not be the component itself; cycles
 * between components are real and legal. Answers every reason, each with its path.
 */
export function checkManifests(manifests: readonly Manifest[], existing: KnownNames): readonly Reason[] {
  const of = (kind: Manifest["kind"]): string[] => manifests.filter((manifest) => manifest.kind === kind).map(manifestKey);
  const known: KnownNames = {
    components: new Set([...existing.components, ...of("Component")]),
    dataCenters: new Set([...existing.dataCenters, ...of("DataCenter")]),
  };
  const claims = claimsOf(manifests, existing);
  return manifests.flatMap((manifest, index) => {
    const at = manifests.length === 1 ? "" : `documents[${index}].`;
    if (manifest.kind === "Component") return [...checkDependencies(manifest, known, at), ...checkPlacement(manifest, known, at)];
    if (manifest.kind === "Policy") return checkPolicy(manifest, claims, at);
    return manifest.kind === "Link" ? checkLink(manifest, known, at) : [];
  });
}

/** Who names each application once these manifests are applied. */
function claimsOf(manifests: readonly Manifest[], { policyOf = new Map() }: KnownNames): ReadonlyMap<string, readonly string[]> {
  const written = manifests.filter((manifest) => manifest.kind === "Policy");
  const rewritten = new Set(written.map(manifestKey));
  const claims = new Map<string, string[]>();
  const claim = (application: string, policy: string): void =>
    void claims.set(application, [...(claims.get(application) ?? []), policy]);
  for (const [application, policy] of policyOf) if (!rewritten.has(policy)) claim(application, policy);
  for (const { metadata, spec } of written) for (const application of spec.applications) claim(application, metadata.name);
  return claims;
}

function checkPolicy({ metadata, spec }: PolicyManifest, claims: ReadonlyMap<string, readonly string[]>, at: string): Reason[] {
  const path = (index: number): string => `${at}spec.applications.${index}`;
  return spec.applications.flatMap((application, index) => {
    if (metadata.name === DEFAULT_POLICY)
      return [refuse("bad-input", path(index), "expected none: the policy default is everybody's who has no other")];
    const others = (claims.get(application) ?? []).filter(
      (name, place, all) => name !== metadata.name || all.indexOf(name) !== place,
    );
    return others.length === 0
      ? []
      : [refuse("bad-input", path(index), `${application} has the policy ${others.join(", ")} already`)];
  });
}

function checkDependencies(manifest: ComponentManifest, known: KnownNames, at: string): Reason[] {
  const self = manifestKey(manifest);
  const seen = new Set<string>();
  return manifest.spec.dependencies.flatMap((dependency, index) => {
    const path = `${at}spec.dependencies.${index}.component`;
    const key = componentKeyIn(manifest.metadata.application, dependency.component);
    const again = seen.has(key);
    seen.add(key);
    if (key === self) return [refuse("self-dependency", path, `${self} depends on itself`)];
    if (again) return [refuse("bad-input", path, `${key} stands twice among the dependencies of ${self}`)];
    return known.components.has(key)
      ? []
      : [refuse("unknown-dependency", path, `${self} depends on ${key}, which is neither registered nor part of this apply`)];
  });
}

function checkPlacement(manifest: ComponentManifest, known: KnownNames, at: string): Reason[] {
  const { placement } = manifest.spec;
  const places = (["prefer", "allow", "deny"] as const).flatMap((list) =>
    placement[list].dataCenters.map((name, index) => ({ path: `${at}spec.placement.${list}.dataCenters.${index}`, name })),
  );
  if (placement.pinned !== null) places.push({ path: `${at}spec.placement.pinned`, name: placement.pinned });
  const unknownPlaces = places
    .filter(({ name }) => !known.dataCenters.has(name))
    .map(({ path, name }) =>
      refuse("unknown-data-center", path, `data centre ${name} is neither registered nor part of this apply`),
    );
  const partners = (["affinity", "antiAffinity"] as const).flatMap((list) =>
    placement[list].map((reference, index) => ({
      path: `${at}spec.placement.${list}.${index}`,
      key: componentKeyIn(manifest.metadata.application, reference),
    })),
  );
  const self = manifestKey(manifest);
  const badPartners = partners.flatMap(({ path, key }) => {
    if (key === self) return [refuse("bad-input", path, `${self} names itself`)];
    return known.components.has(key)
      ? []
      : [refuse("unknown-component", path, `component ${key} is neither registered nor part of this apply`)];
  });
  const contradiction = placement.pinned !== null && placement.deny.dataCenters.includes(placement.pinned);
  const contradictions = contradiction
    ? [refuse("bad-input", `${at}spec.placement.pinned`, `${placement.pinned ?? ""} is also in placement.deny.dataCenters`)]
    : [];
  return [...unknownPlaces, ...badPartners, ...contradictions];
}

function checkLink(manifest: LinkManifest, known: KnownNames, at: string): Reason[] {
  const { from, to } = manifest.metadata;
  if (from === to) return [refuse("bad-input", `${at}metadata.to`, `a link joins two data centres, both ends are ${from}`)];
  return (["from", "to"] as const)
    .filter((end) => !known.dataCenters.has(manifest.metadata[end]))
    .map((end) =>
      refuse(
        "unknown-data-center",
        `${at}metadata.${end}`,
        `data centre ${manifest.metadata[end]} is neither registered nor part of this apply`,
      ),
    );
}

const refuse = (code: string, path: string, message: string): Reason => ({ code, path, message });
