import fc from "fast-check";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { StatefulStore } from "./stateful-store.ts";

/** Whatever the order of writes, repeats, restarts and moves: each acknowledged key is there once, and both copies agree. */
type Happening =
  | { readonly kind: "write"; readonly key: number; readonly document: number }
  | { readonly kind: "move" }
  | { readonly kind: "restart" };

const write: fc.Arbitrary<Happening> = fc.record({
  kind: fc.constant("write" as const),
  key: fc.integer({ min: 0, max: 8 }),
  document: fc.integer({ min: 0, max: 2 }),
});
const disturbance = fc.constantFrom<Happening>({ kind: "move" }, { kind: "restart" });
const happening = fc.oneof({ weight: 6, arbitrary: write }, { weight: 1, arbitrary: disturbance });

const open = (folder: string, epoch: number, isOpen: boolean): StatefulStore =>
  new StatefulStore({ folder, epoch, open: isOpen, slowDiskMs: 0, planted: null });

/** Everything that the source has into a new copy, which then owns the state. */
async function move(source: StatefulStore, folder: string, epoch: number): Promise<StatefulStore> {
  const sealed = await source.seal();
  const target = open(folder, epoch, false);
  const chunk = source.readFrom(0);
  if (chunk) await target.receive(chunk.text, { from: 0, to: chunk.position, digest: chunk.digest });
  const { sealed: _sealed, epoch: _epoch, ...there } = target.describe();
  expect({ position: sealed.position, digest: sealed.digest, items: sealed.items }).toEqual(there);
  target.ownership.set(true, epoch + 1);
  return target;
}

test("each key is applied once, over repeats, restarts and moves", async () => {
  const root = mkdtempSync(join(tmpdir(), "geostitch-dedupe-"));
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { maxLength: 40 }), async (events) => {
      runs += 1;
      let [home, epoch] = [join(root, `${runs}-0`), 1];
      let store = open(home, epoch, true);
      const acknowledged = new Map<string, number>();
      for (const [index, step] of events.entries()) {
        if (step.kind === "restart") store = open(home, epoch, true);
        else if (step.kind === "move") {
          home = join(root, `${runs}-${index + 1}`);
          store = await move(store, home, epoch);
          epoch += 1;
        } else {
          const [document, key] = [`d${step.document}`, `k${step.key}`];
          const revision = await store.write(document, key, "item", 1);
          const before = acknowledged.get(`${document} ${key}`);
          if (before !== undefined) expect(revision).toBe(before);
          if (revision !== null) acknowledged.set(`${document} ${key}`, revision);
        }
      }
      for (const document of ["d0", "d1", "d2"]) {
        const keys = store.read(document)?.log.map(({ key }) => `${document} ${key}`) ?? [];
        expect(new Set(keys).size).toBe(keys.length);
        expect([...acknowledged.keys()].filter((key) => key.startsWith(document)).sort()).toEqual([...keys].sort());
      }
    }),
    { numRuns: 40 },
  );
  rmSync(root, { recursive: true, force: true });
});
