import fc from "fast-check";
import { expect, test } from "vitest";
import { findRepeatedKey } from "./repeated-key.ts";

test("no JSON that was written from a value has a key twice", () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 6 }), (text) => {
      expect(findRepeatedKey(text, JSON.parse(text))).toBeNull();
    }),
  );
});

test.each([
  ['{"a":1,"a":2}', "a"],
  ['{"a":1,"b":{"c":[1,{"d":1,"e":2,"d":3}]}}', "b.c[1].d"],
  ['[{"a":1},{"a":1,"\\u0061":2}]', "[1].a"],
  ['{"x":"a,\\"{","y":{"x":1},"x":2}', "x"],
])("%s has it at %s", (text, path) => expect(findRepeatedKey(text, JSON.parse(text))).toBe(path));

test.each(['{"a":{"a":{"a":1}}}', '[{"a":1},{"a":2}]', '{"a":"a","b":"a"}', '["a","a"]', '"a"'])("%s has none", (text) =>
  expect(findRepeatedKey(text, JSON.parse(text))).toBeNull(),
);
