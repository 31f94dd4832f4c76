import fc from "fast-check";
import { expect, test } from "vitest";
import { policySpecSchema } from "../../server/component-registry/domain/manifest.ts";
import { FIRST_RAILS, MORE_RAILS, railValue } from "./rails-prepare.ts";

const fields = [...FIRST_RAILS, ...MORE_RAILS];

test("whatever number is typed in a rail, the manifest takes what is kept of it", () => {
  const typed = fc.double({ noNaN: true, noDefaultInfinity: true });
  fc.assert(
    fc.property(fc.constantFrom(...fields), fc.oneof(typed, fc.double({ min: 0, max: 200, noNaN: true })), (field, value) => {
      const guardRails = { [field.name]: railValue(field, value) };
      expect(policySpecSchema.safeParse({ guardRails }).success).toBe(true);
    }),
  );
});

test("a fraction is rounded only where the manifest refuses it", () => {
  for (const field of fields) {
    const fraction = field.max / 2 + 0.25 / field.per;
    const accepts = policySpecSchema.safeParse({ guardRails: { [field.name]: fraction * field.per } }).success;
    expect([field.name, field.isWhole]).toEqual([field.name, !accepts]);
  }
});
