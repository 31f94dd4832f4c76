import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { FirstPassword } from "./first-password.ts";

const folder = (): string => mkdtempSync(join(tmpdir(), "geostitch-password-"));

test("a password that was made but never printed is printed by the next start, and by none after it", () => {
  const dataDir = folder();
  const made = new FirstPassword(dataDir, null).choose();
  const next = new FirstPassword(dataDir, null);
  expect(next.untold()).toBe(made);
  next.told();
  expect(new FirstPassword(dataDir, null).untold()).toBeNull();
});

test("a password that was given is printed by the start that used it, and kept nowhere", () => {
  const dataDir = folder();
  const given = new FirstPassword(dataDir, "given-by-a-person");
  expect([given.choose(), given.untold()]).toEqual(["given-by-a-person", "given-by-a-person"]);
  expect(new FirstPassword(dataDir, "given-by-a-person").untold()).toBeNull();
});
