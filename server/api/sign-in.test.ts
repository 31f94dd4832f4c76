import { createHmac } from "node:crypto";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ensureAdministrator, handleAuth } from "../identity/index.ts";
import { SECRET, startApi, type TestApi } from "../testing/api.ts";

const person = { email: "ana@example.org", password: "correct-horse" };
let api: TestApi;
beforeAll(async () => {
  api = await startApi("sign-in");
  await ensureAdministrator(api.services.auth, api.database, { ...person, password: () => person.password });
});
afterAll(() => api.close());

test("without its database a sign-in and a session are an outage, not a wrong password and not a bug", async () => {
  const away = await startApi("sign-in-away");
  const owner = new pg.Client({ connectionString: api.ownerUrl });
  await owner.connect();
  await owner.query(`drop database ${new URL(away.ownerUrl).pathname.slice(1)} with (force)`);
  await owner.end();
  const request = new Request("http://127.0.0.1:3000/api/auth/sign-in/email", {
    method: "POST",
    headers: { host: "127.0.0.1:3000", "content-type": "application/json" },
    body: JSON.stringify(person),
  });
  await expect(handleAuth(away.services.auth, request)).rejects.toMatchObject({ kind: "unavailable", code: "database" });
  const cookie = `geostitch.session_token=${encodeURIComponent(`a.${createHmac("sha256", SECRET).update("a").digest("base64")}`)}`;
  const read = await away.call("GET", "/components", { role: "nobody", headers: { cookie } });
  expect([read.status, read.headers.get("retry-after")]).toEqual([503, "2"]);
  await away.close();
}, 30_000);

const signIn = (body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  handleAuth(
    api.services.auth,
    new Request("http://127.0.0.1:3000/api/auth/sign-in/email", {
      method: "POST",
      headers: { host: "127.0.0.1:3000", "content-type": "application/json", ...headers },
      body: typeof body === "string" ? body : JSON.stringify(body),
    }),
  );

test("the right password is 200 and a cookie that no script reads", async () => {
  const answer = await signIn(person);
  expect(answer.status).toBe(200);
  expect(answer.headers.get("set-cookie")).toMatch(/geostitch\.session_token=.*HttpOnly/);
});

test("a program that keeps other cookies may sign in, too", async () => {
  expect((await signIn(person, { cookie: "geostitch-theme=dark" })).status).toBe(200);
});

test.each([
  ["a wrong password", { ...person, password: "wrong-horse" }],
  ["an unknown person", { ...person, email: "nobody@example.org" }],
  ["no password", { email: person.email }],
  ["no JSON", "{"],
])("%s is 401", async (_what, body) => {
  expect((await signIn(body)).status).toBe(401);
});

test("a page of another origin may not sign anybody in", async () => {
  const answer = await signIn(person, { origin: "https://evil.example", "sec-fetch-site": "cross-site", cookie: "a=b" });
  expect(answer.status).toBe(403);
});

test("nobody signs up by themselves", async () => {
  const request = new Request("http://127.0.0.1:3000/api/auth/sign-up/email", {
    method: "POST",
    headers: { host: "127.0.0.1:3000", "content-type": "application/json" },
    body: JSON.stringify({ ...person, name: "x", email: "new@example.org" }),
  });
  expect((await handleAuth(api.services.auth, request)).status).toBeGreaterThanOrEqual(400);
});
