import { expect, test } from "vitest";
import { createSecretBox } from "./secret-box.ts";

const box = createSecretBox("an installation's secret", "tests");

test("what is sealed opens with the same secret, purpose and context, and with no other", () => {
  const sealed = box.seal("whsec_abc", "agt_1");
  expect(sealed).not.toContain("whsec_abc");
  expect(box.open(sealed, "agt_1")).toBe("whsec_abc");
  expect(box.open(sealed, "agt_2")).toBeNull();
  expect(createSecretBox("another secret", "tests").open(sealed, "agt_1")).toBeNull();
  expect(createSecretBox("an installation's secret", "something else").open(sealed, "agt_1")).toBeNull();
});

test("the same text is never sealed alike, and what was changed or cut does not open", () => {
  const sealed = box.seal("text", "x");
  expect(box.seal("text", "x")).not.toBe(sealed);
  const changed = sealed.slice(0, -2) + (sealed.endsWith("AA") ? "BB" : "AA");
  for (const wrong of [changed, sealed.slice(0, 20), "sealed1.", "text", ""]) expect(box.open(wrong, "x")).toBeNull();
});
