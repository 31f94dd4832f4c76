import { describe, expect, test } from "vitest";
import { policySpecSchema } from "../../component-registry/domain/manifest.ts";
import { admit } from "./admit.ts";
import type { MigrationRecord, MigrationState } from "./migration.ts";

const NOW = new Date("2026-11-25T12:00:00Z");
const migration = (id: string, componentKey: string, state: MigrationState = "pending", rollbackOf: string | null = null) =>
  ({ id, componentKey, state, rollbackOf, requested: null }) as MigrationRecord;
const policy = (name: string, maxConcurrent: number, applications: readonly string[] = []) => ({
  name,
  generation: 1,
  spec: policySpecSchema.parse({ applications, guardRails: { maxConcurrent } }),
});
const ask = (open: readonly MigrationRecord[], policies = [policy("default", 2), policy("careful", 1, ["bank"])]) => {
  const { start, wait } = admit({ open, policies, freeze: null, now: NOW });
  return { start: start.map(({ id }) => id), wait: wait.map(({ waitingFor }) => `${waitingFor.code}: ${waitingFor.message}`) };
};

describe("admission", () => {
  test("holds the installation's one limit over all policies, oldest first", () => {
    const open = [migration("m1", "shop/a", "running"), migration("m3", "shop/c"), migration("m2", "bank/b")];
    expect(ask(open)).toEqual({ start: ["m2"], wait: ["max-concurrent: 2 of 2 migrations run: m1, m2"] });
  });
  test("lets a policy be stricter for its own, and never hold others by it", () => {
    const open = [migration("m1", "bank/a"), migration("m2", "bank/b"), migration("m3", "shop/c")];
    expect(ask(open)).toEqual({ start: ["m1", "m3"], wait: ["max-concurrent: 1 of 1 migrations of the policy careful run: m1"] });
  });
  test("does not let a policy for applications be looser than the installation", () => {
    const open = ["m1", "m2", "m3"].map((id) => migration(id, `bank/${id}`));
    expect(ask(open, [policy("default", 2), policy("loose", 9, ["bank"])]).start).toEqual(["m1", "m2"]);
  });
  test("lets a way back begin whatever runs", () => {
    const open = [
      migration("m1", "shop/a", "running"),
      migration("m2", "shop/b", "running"),
      migration("m3", "shop/c", "pending", "m0"),
    ];
    expect(ask(open).start).toEqual(["m3"]);
  });
});
