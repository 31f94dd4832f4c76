import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { runGeostitch, type Ran, type RunOptions } from "../fixtures/command-line.ts";

/** Every verb of `./bin/geostitch`, run as a person runs it. */
let key = "";

const geostitch = (args: readonly string[], options: Partial<RunOptions> = {}): Promise<Ran> =>
  runGeostitch(args, { key, ...options });
const json = (args: readonly string[], options: Partial<RunOptions> = {}): Promise<Ran> =>
  geostitch([...args, "-o", "json"], options);

test.describe.configure({ mode: "serial" });
test.setTimeout(180_000);

test("keys create prints the key alone, and it works", async () => {
  const made = await geostitch(["keys", "create", "--name", "journey", "--role", "administrator"]);
  expect([made.code, made.error]).toEqual([0, ""]);
  expect(made.out).toMatch(/^gs_\S+\n$/);
  key = made.out.trim();
  expect((await json(["get", "components"])).code).toBe(0);
});

test("wrong usage is 2, a refusal is 1 with its reason on standard error", async () => {
  for (const args of [["nothing"], ["get"], ["migrate", "boutique/cart"], ["keys", "create", "--name", "x", "--role", "king"]])
    expect((await geostitch(args)).code, args.join(" ")).toBe(2);
  const refused = await geostitch(["get", "components", "boutique/nothing"]);
  expect([refused.code, refused.out]).toEqual([1, ""]);
  expect(refused.error).toContain("boutique/nothing");
  const stranger = await geostitch(["get", "components"], { key: "gs_wrong" });
  expect([stranger.code, stranger.error.includes("401") || stranger.error.includes("key")]).toEqual([1, true]);
});

test("get reads every kind, as a table, JSON and YAML", async () => {
  for (const kind of [
    "data-centers",
    "components",
    "instances",
    "links",
    "policies",
    "agents",
    "migrations",
    "plans",
    "breaches",
    "audit",
    "freeze",
  ]) {
    const read = await json(["get", kind]);
    expect([kind, read.code]).toEqual([kind, 0]);
    read.json();
  }
  const one = await json(["get", "component", "boutique/cart"]);
  expect(one.json()["metadata"]).toMatchObject({ application: "boutique", name: "cart" });
  expect((await geostitch(["get", "dc", "aws-eu-central-1", "-o", "yaml"])).out).toContain("name: aws-eu-central-1");
  expect((await geostitch(["get", "components"])).out).toContain("boutique/cart");
});

test("apply says what it would change, changes it, and then nothing", async () => {
  const file = join(mkdtempSync(join(tmpdir(), "geostitch-cli-")), "agent.yaml");
  writeFileSync(
    file,
    "apiVersion: geostitch.dev/v1\nkind: Policy\nmetadata: { name: quiet }\nspec: { migrationThreshold: 55, guardRails: { watchMs: 0 } }\n",
  );
  const dry = await json(["apply", "-f", file, "--dry-run"]);
  expect(dry.json()).toMatchObject({ changed: 1, dryRun: true });
  expect((await json(["apply", "-f", file])).json()).toMatchObject({ changed: 1, dryRun: false });
  expect((await json(["apply", "-f", file])).json()).toMatchObject({ changed: 0, unchanged: 1 });
  writeFileSync(file, "kind: Nonsense\n");
  const bad = await geostitch(["apply", "-f", file]);
  expect([bad.code, bad.error.length > 0]).toEqual([1, true]);
  expect((await geostitch(["apply", "-f", "/does/not/exist"])).code).toBe(1);
});

test("auto-run says how each policy stands, shadow what auto would have done; what is not stopped cannot be resumed", async () => {
  const items = (await json(["auto-run"])).json() as unknown as { policy: string }[];
  expect(items).toContainEqual(expect.objectContaining({ policy: "default", stopAfterMissed: 1 }));
  expect((await json(["shadow"])).json()).toMatchObject({ policy: "default" });
  const refused = await geostitch(["auto-run", "resume", "default", "--reason", "a rehearsal"]);
  expect([refused.code, refused.error.includes("not stopped")]).toEqual([1, true]);
});

test("freeze stops a move, unfreeze lets it begin", async () => {
  expect((await geostitch(["freeze", "--reason", "a rehearsal"])).code).toBe(0);
  const refused = await geostitch(["migrate", "boutique/cart", "--from", "aws-us-east-1", "--to", "aws-eu-west-1"]);
  expect([refused.code, refused.error.includes("frozen")]).toEqual([1, true]);
  expect((await geostitch(["unfreeze"])).code).toBe(0);
});

test("migrate, watch and rollback move the cart and bring it back", async () => {
  const [placement] = (await json(["get", "component", "boutique/cart"])).json()["status"]?.["placements"] as unknown as {
    dataCenter: string;
  }[];
  const from = placement?.dataCenter ?? "";
  const to = from === "aws-eu-west-1" ? "aws-us-east-1" : "aws-eu-west-1";
  const run = await json(["migrate", "boutique/cart", "--from", from, "--to", to, "--reason", "by hand"]);
  expect(run.code).toBe(0);
  const id = run.json()["id"] as unknown as string;
  const watched = await geostitch(["watch", id], { stopAfter: /watch/i });
  expect(watched.out).toContain(id.slice(-4));
  const back = await geostitch(["rollback", id, "--reason", "only a rehearsal"]);
  expect([back.code, back.error]).toEqual([0, ""]);
  await expect.poll(async () => (await json(["get", "migration", id])).json()["state"], { timeout: 60_000 }).toBe("rolled_back");
});

test("abort takes back what has not been committed", async () => {
  // Two moves are under way, which is all that the policy allows: the third waits, and says so.
  const running: string[] = [];
  for (const name of ["boutique/email", "boutique/ad"])
    running.push(
      (await json(["migrate", name, "--from", "aws-us-east-1", "--to", "aws-eu-west-1"])).json()["id"] as unknown as string,
    );
  const third = await json(["migrate", "boutique/payment", "--from", "aws-us-east-1", "--to", "aws-eu-west-1"]);
  const id = third.json()["id"] as unknown as string;
  await expect.poll(async () => (await json(["get", "migration", id])).json()["waitingFor"], { timeout: 20_000 }).not.toBeNull();
  const aborted = await geostitch(["abort", id, "--reason", "changed my mind"]);
  expect([aborted.code, aborted.error]).toEqual([0, ""]);
  await expect.poll(async () => (await json(["get", "migration", id])).json()["state"], { timeout: 60_000 }).toBe("aborted");
  for (const run of running) expect((await geostitch(["rollback", run])).code).toBe(0);
  for (const run of running)
    await expect
      .poll(async () => (await json(["get", "migration", run])).json()["state"], { timeout: 60_000 })
      .toBe("rolled_back");
});

test("agents create shows the secret once; audit verify finds the chain whole", async () => {
  const agent = await json(["agents", "create", "--name", "journey", "--component", "boutique/cart"]);
  expect(agent.json()).toMatchObject({ name: "journey", components: ["boutique/cart"] });
  expect(agent.out).toContain("whsec_");
  expect((await geostitch(["get", "agents"])).out).not.toContain("whsec_");
  const verdict = await json(["audit", "verify"]);
  expect([verdict.code, verdict.json()["ok"]]).toEqual([0, true]);
});
