import { afterEach, describe, expect, test } from "vitest";
import { answering, closeAll, component, raw, snapshot, startGateway, startInstance } from "../../../testing/gateway.ts";

afterEach(closeAll);

const GERMAN = "18.184.0.1";
const AMERICAN = "3.80.0.1";
const LOCAL = ["127.0.0.1/32"];
const from = (address: string) => ({ headers: { "x-forwarded-for": address } });

describe("where a client enters", () => {
  test("a client enters at its nearest place; only a trusted peer may say who the client is", async () => {
    const instance = await startInstance(answering("hello"));
    const routes = snapshot(1, [component([{ place: "virginia", port: instance.port }])]);
    const trusting = await startGateway({ trusted: LOCAL });
    await trusting.publish(routes);
    const entry = async (address: string) =>
      (await fetch(`${trusting.url}/shop/cart/`, from(address))).headers.get("geostitch-entry");
    expect([await entry(GERMAN), await entry(AMERICAN)]).toEqual(["frankfurt", "virginia"]);
    const careful = await startGateway();
    await careful.publish(routes);
    await fetch(`${careful.url}/shop/cart/`, from(GERMAN));
    expect(instance.requests.at(-1)?.headers["x-forwarded-for"]).toBe("127.0.0.1");
  });

  test("a client whose nearest entry has no routes yet enters at the next one that has", async () => {
    const instance = await startInstance(answering("hello"));
    const gateway = await startGateway({ trusted: LOCAL });
    const routes = snapshot(1, [component([{ place: "virginia", port: instance.port }])]);
    expect((await gateway.admin("PUT", "/virginia/snapshot", routes)).status).toBe(200);
    const answer = await fetch(`${gateway.url}/shop/cart/`, from(GERMAN));
    expect([answer.status, answer.headers.get("geostitch-entry")]).toEqual([200, "virginia"]);
  });

  test.each([
    ["version 1", Buffer.from(`PROXY TCP4 ${GERMAN} 10.0.0.1 1234 80\r\n`)],
    ["version 2", proxyV2(GERMAN)],
  ])("the PROXY protocol, %s, counts from a trusted peer", async (_name, header) => {
    const instance = await startInstance(answering("hello"));
    const gateway = await startGateway({ trusted: LOCAL });
    await gateway.publish(snapshot(1, [component([{ place: "virginia", port: instance.port }])]));
    const head = Buffer.from("GET /shop/cart/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    const reply = await raw(gateway.url, Buffer.concat([header, head]));
    expect(reply).toContain("geostitch-entry: frankfurt");
    expect(instance.requests[0]?.headers["x-forwarded-for"]).toBe(GERMAN);
  });

  test.each([
    ["version 1 of no address", Buffer.from("PROXY TCP4 somewhere 10.0.0.1 1234 80\r\n")],
    [
      "version 2 that is too short for its family",
      Buffer.concat([proxyV2(GERMAN).subarray(0, 12), Buffer.from([0x21, 0x21, 0, 12]), Buffer.alloc(12)]),
    ],
  ])("a PROXY header, %s, ends its connection and nothing else", async (_name, header) => {
    const instance = await startInstance(answering("hello"));
    const gateway = await startGateway({ trusted: LOCAL });
    await gateway.publish(snapshot(1, [component([{ place: "virginia", port: instance.port }])]));
    const head = Buffer.from("GET /shop/cart/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    expect(await raw(gateway.url, Buffer.concat([header, head]))).toBe("");
    expect((await fetch(`${gateway.url}/shop/cart/`)).status).toBe(200);
    expect(instance.requests).toHaveLength(1);
  });

  test("a proxy's form of a request, which names the host in its first line, is understood", async () => {
    const instance = await startInstance(answering("hello"));
    const gateway = await startGateway();
    await gateway.publish(snapshot(1, [component([{ place: "virginia", port: instance.port }])]));
    const ask = (target: string): Promise<string> =>
      raw(gateway.url, `GET ${target} HTTP/1.1\r\nHost: elsewhere\r\nConnection: close\r\n\r\n`);
    expect(await ask("http://cart.shop.example.org/a?b=1")).toMatch(/^HTTP\/1\.1 200/);
    expect(await ask("http://gateway.example.org/shop/cart/c")).toMatch(/^HTTP\/1\.1 200/);
    expect(instance.requests.map(({ url }) => url)).toEqual(["/a?b=1", "/c"]);
  });
});

function proxyV2(address: string): Buffer {
  const signature = Buffer.from([0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a]);
  const addresses = Buffer.from([...address.split(".").map(Number), 10, 0, 0, 1, 4, 210, 0, 80]);
  return Buffer.concat([signature, Buffer.from([0x21, 0x11, 0, addresses.length]), addresses]);
}
