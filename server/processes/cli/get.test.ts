import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { InvalidArgumentError } from "commander";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Refused, type ApiOptions } from "./client.ts";
import { readKind } from "./get.ts";

const ALERTS = { items: [{ id: "component-down:shop:cart" }, { id: "place-full:west" }], ended: [] };
const BREACHES = [
  { subject: "shop/cart", component: "shop/cart", dataCenter: "east" },
  { subject: "east/west", component: null, dataCenter: null },
];
const ANSWERS: Readonly<Record<string, unknown>> = {
  "/api/v1/alerts": ALERTS,
  "/api/v1/breaches": { items: BREACHES, nextCursor: null },
  "/api/v1/routing?component=shop%2Fcart": "the routes of shop/cart",
};

let server: Server;
let api: ApiOptions;
beforeAll(async () => {
  server = createServer((incoming, outgoing) => {
    const answer = ANSWERS[incoming.url ?? ""];
    outgoing.statusCode = answer === undefined ? 404 : 200;
    outgoing.end(JSON.stringify(answer ?? { detail: `nothing is at ${incoming.url ?? ""}` }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  api = { server: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, key: undefined };
});
afterAll(() => server.close());

test.each([
  ["alert", undefined, ALERTS],
  ["alert", "place-full:west", ALERTS.items[1]],
  ["breach", undefined, BREACHES],
  ["breach", "shop/cart", [BREACHES[0]]],
  ["breach", "east", [BREACHES[0]]],
  ["breach", "east/west", [BREACHES[1]]],
  ["routing", "shop/cart", "the routes of shop/cart"],
])("get %s %s answers what was asked for, and nothing else", async (kind, name, expected) => {
  expect(await readKind(api, kind, name)).toEqual(expected);
});

test.each([
  ["alert", "no alert none"],
  ["breach", "no breach of none"],
])("an unknown %s is refused, as an unknown plan is", async (kind, words) => {
  await expect(readKind(api, kind, "none")).rejects.toThrow(new Refused(words));
});

test("a name of what has none is wrong usage", async () => {
  await expect(readKind(api, "freeze", "now")).rejects.toThrow(InvalidArgumentError);
});
