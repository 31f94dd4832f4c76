import { expect, test } from "vitest";
import { createEntry, type StoredEvent } from "./event-stream.ts";

const event = (seq: number): StoredEvent => ({ seq, type: "t", at: "", subject: "s", component: null, data: null });

test("an event that happens while a reader catches up is not lost, and none comes twice", () => {
  const seen: number[] = [];
  const entry = createEntry(3, ({ seq }) => seen.push(seq));
  entry.missed(event(4));
  entry.live(event(6));
  entry.missed(event(5));
  entry.missed(event(6));
  entry.live(event(7));
  entry.open();
  entry.live(event(8));
  expect(seen).toEqual([4, 5, 6, 7, 8]);
});

test("a reader that begins now hears only what follows", () => {
  const seen: number[] = [];
  const entry = createEntry(null, ({ seq }) => seen.push(seq));
  entry.live(event(9));
  entry.open();
  entry.live(event(10));
  expect(seen).toEqual([9, 10]);
});
