import { expect, test } from "vitest";
import { readManifestText } from "./manifest-text.ts";

const messageOf = async (text: string): Promise<string> => {
  const read = await readManifestText(text);
  return read.ok ? "" : (read.reasons[0]?.message ?? "refused");
};
const valuesOf = async (text: string): Promise<unknown> => {
  const read = await readManifestText(text);
  return read.ok ? read.value : read.reasons;
};
const times = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join("\n");

test("a few anchors and aliases are read; more are refused before they are resolved", async () => {
  expect(await valuesOf("a: &a [1]\nb: *a")).toEqual([{ a: [1], b: [1] }]);
  expect(await messageOf(`a: &a 1\n${times(200, (index) => `k${index}: *a`)}`)).toBe("expected at most 100 anchors and aliases");
  expect(await messageOf(times(200, (index) => `k${index}: &a${index} 1`))).toBe("expected at most 100 anchors and aliases");
  expect(await messageOf(times(200, () => "---\na: &a 1\nb: *a"))).toBe("expected at most 100 anchors and aliases");
});

test("text that only looks like an anchor is text", async () => {
  const text = times(200, (index) => `- "&a${index}"\n- '*b'\n- a & b * c`);
  expect(((await valuesOf(text)) as unknown[]).length).toBe(600);
});

test("a key that stands twice is refused with its place, at any depth", async () => {
  expect(await messageOf("a: 1\nb:\n  c: 1\n  c: 2\n")).toBe('Map keys must be unique, "c" stands twice at line 4, column 3');
  expect(await messageOf("- {a: 1, a: 1}")).toContain('"a" stands twice');
});

test("of many errors the first is told, once", async () => {
  expect(await messageOf("'a' 'b' ".repeat(5_000))).toMatch(
    /^Unexpected single-quoted-scalar at node end at line 1, column \d+$/,
  );
});

test("more documents than an apply can hold are refused while they are read", async () => {
  expect(await messageOf("---\na: 1\n".repeat(6_000))).toBe("expected at most 5000 documents");
});

test("a megabyte of distinct keys or of open brackets is read in its own time, not in its square", async () => {
  expect(await valuesOf(times(10_000, (index) => `key${index}: 1`))).toHaveLength(1);
  expect(await messageOf("{".repeat(50_000))).not.toBe("");
});

test("others have their turn while a long text is read, and one document is not too long for one turn", async () => {
  let turns = 0;
  const timer = setInterval(() => (turns += 1), 0);
  await valuesOf("---\na: {b: 1, c: [1, 2, 3]}\n".repeat(4_000));
  clearInterval(timer);
  expect(turns).toBeGreaterThan(3);
  expect(await messageOf(times(20_000, () => "- a: 1"))).toBe(
    "expected at most 100000 tokens in one document: use several, or JSON",
  );
});
