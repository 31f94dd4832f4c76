import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { freePort } from "../../platform/ports.ts";

/** The state protocol of contract section 7, asked of a real process of the lab as a host would. */
const root = new URL("../../..", import.meta.url).pathname;
const TOKEN = "component-token";
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

interface Copy {
  readonly url: string;
  readonly adminUrl: string;
  readonly folder: string;
  readonly child: ChildProcess;
}

async function startCopy(options: { open: boolean; folder?: string; epoch?: number }): Promise<Copy> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), "geostitch-state-"));
  const [port, adminPort] = [await freePort(), await freePort()];
  const env = {
    PATH: process.env["PATH"],
    GEOSTITCH_LAB_BEHAVIOUR: JSON.stringify({ state: "full", cpuMs: 0 }),
    GEOSTITCH_COMPONENT: "shop/cart",
    GEOSTITCH_COMPONENT_TOKEN: TOKEN,
    GEOSTITCH_STATE_DIR: folder,
    GEOSTITCH_EPOCH: String(options.epoch ?? 1),
    GEOSTITCH_WRITABLE: String(options.open),
    GEOSTITCH_ADMIN_PORT: String(adminPort),
    PORT: String(port),
  };
  const child = spawn(process.execPath, ["server/lab/component/main.ts"], { cwd: root, env: env as never, stdio: "ignore" });
  children.push(child);
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < 200; tries += 1) {
    if ((await fetch(`${url}/healthz`).catch(() => null))?.ok)
      return { url, adminUrl: `http://127.0.0.1:${adminPort}`, folder, child };
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error("the component did not start");
}

let commands = 0;
interface Said {
  readonly status: number;
  readonly text: string;
  readonly json: () => Record<string, unknown>;
}

async function admin(
  { adminUrl }: Copy,
  method: string,
  path: string,
  options: { epoch?: number; id?: string; body?: string; headers?: Record<string, string>; token?: string } = {},
): Promise<Said> {
  commands += 1;
  const headers = {
    authorization: `Bearer ${options.token ?? TOKEN}`,
    "geostitch-epoch": String(options.epoch ?? 1),
    "geostitch-command-id": options.id ?? `command-${commands}`,
    ...options.headers,
  };
  const answer = await fetch(`${adminUrl}${path}`, {
    method,
    headers,
    ...(options.body === undefined ? {} : { body: options.body }),
  });
  const text = await answer.text();
  return { status: answer.status, text, json: () => JSON.parse(text) as Record<string, unknown> };
}

const write = async (
  { url }: Copy,
  user: string,
  key: string,
): Promise<{ status: number; sealed: string | null; revision: number }> => {
  const answer = await fetch(`${url}/carts/${user}/items`, {
    method: "POST",
    headers: { "content-type": "application/json", "idempotency-key": key },
    body: JSON.stringify({ item: "thing", quantity: 1 }),
  });
  const { revision = 0 } = (await answer.json()) as { revision?: number };
  return { status: answer.status, sealed: answer.headers.get("geostitch-sealed"), revision };
};

const read = async ({ url }: Copy, user: string) =>
  (await (await fetch(`${url}/carts/${user}`)).json()) as { revision: number; log: { key: string }[] };

const digestOf = async (copy: Copy, epoch = 1) => (await admin(copy, "GET", "/geostitch/state/digest", { epoch })).json();

/** One chunk from the source's start into the target, as the host copies it. */
async function copyAll(source: Copy, target: Copy): Promise<Said> {
  const { position, digest } = (await digestOf(source)) as { position: string; digest: string };
  const state = await admin(source, "GET", "/geostitch/state?since=0");
  const headers = { "geostitch-from": "0", "geostitch-to": position, "geostitch-digest": digest };
  return await admin(target, "PUT", "/geostitch/state", { body: state.text, headers });
}

describe("writes", () => {
  test("the same key writes once, also when both come at the same moment", async () => {
    const copy = await startCopy({ open: true });
    const both = await Promise.all([write(copy, "u", "k1"), write(copy, "u", "k1"), write(copy, "u", "k2")]);
    expect(both.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect((await read(copy, "u")).log.map(({ key }) => key).sort()).toEqual(["k1", "k2"]);
  });

  test("what was acknowledged is there after kill -9", async () => {
    const copy = await startCopy({ open: true });
    const acknowledged: string[] = [];
    const writing = Promise.allSettled(
      Array.from({ length: 200 }, async (_, index) => {
        if ((await write(copy, "u", `k${index}`)).status === 200) acknowledged.push(`k${index}`);
        if (acknowledged.length === 60) copy.child.kill("SIGKILL");
      }),
    );
    await writing;
    expect(acknowledged.length).toBeGreaterThanOrEqual(60);
    const again = await startCopy({ open: true, folder: copy.folder });
    const there = new Set((await read(again, "u")).log.map(({ key }) => key));
    expect(acknowledged.filter((key) => !there.has(key))).toEqual([]);
  });
});

describe("seal and activate", () => {
  test("a seal counts every write that was acknowledged, and refuses the next unprocessed", async () => {
    const copy = await startCopy({ open: true });
    const writes = Array.from({ length: 50 }, (_, index) => write(copy, "u", `k${index}`));
    const seal = await admin(copy, "POST", "/geostitch/seal");
    const results = await Promise.all(writes);
    const { position, items } = seal.json() as { position: string; items: number };
    const acknowledged = results.filter(({ status }) => status === 200).length;
    expect(Number(position)).toBe(acknowledged);
    expect(items).toBeGreaterThanOrEqual(acknowledged > 0 ? 1 : 0);
    for (const { status, sealed } of results) expect([200, 503]).toContain(status === 503 && sealed === "1" ? 503 : status);
    expect(await write(copy, "u", "late")).toMatchObject({ status: 503, sealed: "1" });
  });

  test("a repeated command is told what the first was, and a lower epoch is refused for good", async () => {
    const copy = await startCopy({ open: true });
    await write(copy, "u", "k");
    const first = await admin(copy, "POST", "/geostitch/seal", { id: "the-seal" });
    await admin(copy, "POST", "/geostitch/activate", { epoch: 3 });
    const repeat = await admin(copy, "POST", "/geostitch/seal", { id: "the-seal" });
    expect(repeat.text).toBe(first.text);
    expect((await write(copy, "u", "k2")).status).toBe(200);
    expect((await admin(copy, "POST", "/geostitch/seal", { epoch: 2 })).status).toBe(409);
    copy.child.kill("SIGKILL");
    const again = await startCopy({ open: true, folder: copy.folder });
    expect((await admin(again, "POST", "/geostitch/seal", { epoch: 2 })).status).toBe(409);
  });

  test("a copy that was sealed is still sealed after kill -9", async () => {
    const copy = await startCopy({ open: true });
    await admin(copy, "POST", "/geostitch/seal");
    copy.child.kill("SIGKILL");
    const again = await startCopy({ open: true, folder: copy.folder });
    expect((await write(again, "u", "k")).status).toBe(503);
    expect(await digestOf(again)).toMatchObject({ sealed: true });
  });
});

describe("the copy", () => {
  test("the target has position, digest and items of the source, and knows its keys", async () => {
    const source = await startCopy({ open: true });
    for (let index = 0; index < 20; index += 1) await write(source, `u${index % 3}`, `k${index}`);
    await admin(source, "POST", "/geostitch/seal");
    const target = await startCopy({ open: false });
    expect((await copyAll(source, target)).status).toBe(204);
    const { sealed: _sourceSealed, ...expected } = await digestOf(source);
    expect(await digestOf(target)).toMatchObject(expected);
    expect((await write(target, "u0", "new")).status).toBe(503);
    expect((await admin(target, "POST", "/geostitch/activate", { epoch: 2 })).status).toBe(200);
    await write(target, "u0", "k0");
    expect((await read(target, "u0")).log.filter(({ key }) => key === "k0")).toHaveLength(1);
  });

  test("a gap is 409, a wrong digest 422, and neither leaves anything behind", async () => {
    const source = await startCopy({ open: true });
    await write(source, "u", "k");
    const target = await startCopy({ open: false });
    const put = (headers: Record<string, string>) =>
      admin(target, "PUT", "/geostitch/state", { body: '{"bad":1}\n', headers: { "geostitch-to": "8", ...headers } });
    expect((await put({ "geostitch-from": "7", "geostitch-digest": "x" })).status).toBe(409);
    expect((await put({ "geostitch-from": "0", "geostitch-to": "1", "geostitch-digest": "wrong" })).status).toBe(422);
    expect(await digestOf(target)).toMatchObject({ position: "0", items: 0 });
    expect(
      (await admin(source, "PUT", "/geostitch/state", { body: "", headers: { "geostitch-from": "1", "geostitch-to": "1" } }))
        .status,
    ).toBe(409);
  });

  test("without the component's token nothing is told", async () => {
    const copy = await startCopy({ open: true });
    expect((await admin(copy, "GET", "/geostitch/state?since=0", { token: "wrong" })).status).toBe(401);
  });
});
