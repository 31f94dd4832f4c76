import fc from "fast-check";
import { expect, test } from "vitest";
import { policySpecSchema, MODES } from "../../server/component-registry/domain/manifest.ts";
import { modeOf, mostCareful } from "../../server/component-registry/domain/policy.ts";
import type { PlanDto, PolicyDto } from "../../server/api/shapes/index.ts";
import { modeOfPlan } from "./mode-prepare.ts";

const policy = (name: string, spec: Readonly<Record<string, unknown>>): PolicyDto => ({
  kind: "Policy",
  metadata: { name, generation: 1 },
  spec: policySpecSchema.parse(spec),
});
const plan = (...components: readonly string[]): Pick<PlanDto, "moves"> => ({
  moves: components.map((component) => ({ component }) as PlanDto["moves"][number]),
});

test("the policy of a component's application holds, whatever the default one says", () => {
  const policies = [policy("default", { mode: "observe" }), policy("shop", { mode: "approve", applications: ["shop"] })];
  expect(modeOfPlan(plan("shop/cart"), policies)).toEqual({ mode: "approve", components: ["shop/cart"] });
  expect(modeOfPlan(plan("shop/cart", "bank/web"), policies)).toEqual({ mode: "observe", components: ["bank/web"] });
});

test("a component's own mode holds before its policy's; where nobody wrote a policy, a person approves", () => {
  const policies = [policy("default", { mode: "recommend", componentModes: { "shop/cart": "auto" } })];
  expect(modeOfPlan(plan("shop/cart"), policies).mode).toBe("auto");
  expect(modeOfPlan(plan("shop/cart", "shop/web"), policies)).toEqual({ mode: "recommend", components: ["shop/web"] });
  expect(modeOfPlan(plan("shop/cart"), [])).toEqual({ mode: "approve", components: ["shop/cart"] });
});

test("the page and the server call the same plan's mode by the same name", () => {
  const mode = fc.constantFrom(...MODES);
  const componentModes = fc.dictionary(fc.constantFrom("shop/cart", "bank/web"), mode);
  fc.assert(
    fc.property(mode, mode, componentModes, fc.subarray(["shop/cart", "shop/web", "bank/web"], { minLength: 1 }), (...given) => {
      const [own, others, modes, components] = given;
      const policies = [
        policy("default", { mode: others, componentModes: modes }),
        policy("shop", { mode: own, componentModes: modes, applications: ["shop"] }),
      ];
      const records = policies.map(({ metadata, spec }) => ({ ...metadata, spec }));
      const judged = components.map((key) => modeOf(records, { key, application: key.split("/")[0] ?? "" }));
      expect(modeOfPlan(plan(...components), policies).mode).toBe(mostCareful(judged));
    }),
  );
});
