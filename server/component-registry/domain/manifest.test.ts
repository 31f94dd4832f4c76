import { describe, expect, test } from "vitest";
import { checkManifests } from "./check-manifests.ts";
import { parseManifests } from "./parse-manifests.ts";
import { bytesProblem, cpuMillicores, cpuProblem, mebibytes, parseQuantity } from "./quantity.ts";

const component = (spec: Record<string, unknown> = {}, name = "cart") => ({
  apiVersion: "geostitch.dev/v1",
  kind: "Component",
  metadata: { application: "boutique", name },
  spec: { version: "1", artifact: { command: ["node", "cart.js"] }, ...spec },
});
const pathsOf = (document: unknown): string[] => {
  const parsed = parseManifests([document]);
  return parsed.ok ? [] : parsed.reasons.map((reason) => reason.path ?? "");
};

describe("manifests", () => {
  test("a small manifest is complete: every default is filled in", () => {
    const parsed = parseManifests([component()]);
    expect(parsed.ok && parsed.value[0]?.kind === "Component" ? parsed.value[0].spec : null).toMatchObject({
      replicas: { min: 1, max: 1 },
      state: { kind: "stateless", driver: null },
      entrypoint: false,
    });
  });
  test("an unknown key is refused with its own path", () => {
    expect(pathsOf(component({ resources: { cpuu: "1" } }))).toEqual(["spec.resources.cpuu"]);
    expect(pathsOf({ ...component(), color: "red" })).toEqual(["color"]);
  });
  test("numbers that are none are refused wherever they stand", () => {
    expect(pathsOf(component({ state: { kind: "full", sizeMiB: Number.NaN } }))).toEqual(["spec.state.sizeMiB"]);
    expect(pathsOf(component({ performance: { latencyMsP95: Number.POSITIVE_INFINITY } }))).toEqual([
      "spec.performance.latencyMsP95",
    ]);
  });
  test("names are ASCII, and the error names the path", () => {
    expect(pathsOf(component({}, "wärenkorb"))).toEqual(["metadata.name"]);
  });
  test("text that PostgreSQL cannot keep is refused", () => {
    expect(pathsOf(component({ env: { A: "a\u0000b" } }))).toEqual(["spec.env.A"]);
    expect(pathsOf(component({ env: { A: "\ud800" } }))).toEqual(["spec.env.A"]);
  });
  test("a key that libraries drop without a word is refused", () => {
    const env = JSON.parse('{"__proto__":"x"}') as unknown;
    expect(pathsOf(component({ env }))).toEqual(["spec.env.__proto__"]);
  });
  test("endless nesting is refused, not followed", () => {
    let deep: unknown = "end";
    for (let level = 0; level < 5_000; level += 1) deep = [deep];
    expect(pathsOf(component({ env: deep }))).toHaveLength(1);
  });
  test("the same name twice in one apply is refused", () => {
    const parsed = parseManifests([component(), component()]);
    expect(parsed.ok ? "" : parsed.reasons[0]?.message).toContain("stands twice");
  });
  test("quantities are Kubernetes quantities", () => {
    expect([
      cpuMillicores("300m"),
      cpuMillicores("2"),
      cpuMillicores("0.5"),
      mebibytes("1Gi"),
      mebibytes("128Mi"),
      parseQuantity("1e3"),
    ]).toEqual([300, 2000, 500, 1024, 128, 1000]);
    for (const text of ["-1", "abc", "1Zi", "NaN", "Infinity", "1e99", "", "1e3Mi", "1 ", "5E3k"])
      expect(cpuProblem(text), text).not.toBeNull();
    for (const text of ["128974848000m", "1.5Gi", "129e6"]) expect(bytesProblem(text), text).toBeNull();
    for (const text of ["-1Gi", "1Xi", "500m", "1e3Mi"]) expect(bytesProblem(text), text).not.toBeNull();
  });
});

const policy = (spec: Record<string, unknown>, name = "shop") => ({
  apiVersion: "geostitch.dev/v1",
  kind: "Policy",
  metadata: { name },
  spec,
});

describe("policies", () => {
  test("a change window is complete: kind and days are filled in", () => {
    const parsed = parseManifests([policy({ guardRails: { windows: [{ from: "06:00", to: "10:00" }] } })]);
    expect(parsed.ok && parsed.value[0]?.kind === "Policy" ? parsed.value[0].spec.guardRails.windows : null).toEqual([
      { kind: "allow", days: ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], from: "06:00", to: "10:00", reason: "" },
    ]);
  });
  test.each([
    [{ from: "6:00", to: "10:00" }, "from"],
    [{ from: "06:00", to: "24:30" }, "to"],
    [{ from: "06:00", to: "06:00" }, "to"],
    [{ from: "06:00", to: "10:00", days: [] }, "days"],
    [{ from: "06:00", to: "10:00", zone: "CET" }, "zone"],
  ])("a change window that nobody could obey is refused with its path: %j", (window, key) => {
    expect(pathsOf(policy({ guardRails: { windows: [window] } }))).toEqual([`spec.guardRails.windows.0.${key}`]);
  });
  test("an application has one policy", () => {
    const check = (existing: ReadonlyMap<string, string>, ...documents: unknown[]): (string | null)[] => {
      const parsed = parseManifests(documents);
      const known = { components: new Set<string>(), dataCenters: new Set<string>(), policyOf: existing };
      return parsed.ok ? checkManifests(parsed.value, known).map(({ path }) => path) : ["not parsed"];
    };
    const nobody = new Map<string, string>();
    expect(check(nobody, policy({ applications: ["boutique"] }))).toEqual([]);
    expect(check(new Map([["boutique", "shop"]]), policy({ applications: ["boutique"] }))).toEqual([]);
    expect(check(new Map([["boutique", "other"]]), policy({ applications: ["boutique"] }))).toEqual(["spec.applications.0"]);
    expect(check(nobody, policy({ applications: ["boutique", "boutique"] }))).toEqual([
      "spec.applications.0",
      "spec.applications.1",
    ]);
    expect(check(nobody, policy({ applications: ["a"] }), policy({ applications: ["a"] }, "other"))).toEqual([
      "documents[0].spec.applications.0",
      "documents[1].spec.applications.0",
    ]);
    expect(check(nobody, policy({ applications: ["a"] }, "default"))).toEqual(["spec.applications.0"]);
  });
});

describe("what manifests refer to", () => {
  const check = (...documents: unknown[]): string[] => {
    const parsed = parseManifests(documents);
    return parsed.ok
      ? checkManifests(parsed.value, { components: new Set(), dataCenters: new Set() }).map((reason) => reason.code)
      : ["not parsed"];
  };
  test("a component that depends on itself is refused", () => {
    expect(check(component({ dependencies: [{ component: "cart" }] }))).toEqual(["self-dependency"]);
  });
  test("an unknown dependency is refused", () => {
    expect(check(component({ dependencies: [{ component: "nobody" }] }))).toEqual(["unknown-dependency"]);
  });
  test("a cycle between components is legal", () => {
    expect(
      check(component({ dependencies: [{ component: "stock" }] }), component({ dependencies: [{ component: "cart" }] }, "stock")),
    ).toEqual([]);
  });
  test("a pinned place that does not exist is refused", () => {
    expect(check(component({ placement: { pinned: "nowhere" } }))).toEqual(["unknown-data-center"]);
  });
});
