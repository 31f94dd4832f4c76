import { writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { freePort } from "../../../platform/ports.ts";
import {
  answering,
  closeAll,
  component,
  eventually,
  raw as sendRaw,
  snapshot,
  startGateway,
  startInstance,
} from "../../../testing/gateway.ts";

afterEach(closeAll);

const MIB = 1024 * 1024;
const PATH = "/shop/cart/x";

/** One instance that answers how much it was sent, behind a gateway. */
async function startPair() {
  const instance = await startInstance((incoming, outgoing) => {
    let bytes = 0;
    incoming.on("data", (chunk: Buffer) => (bytes += chunk.length));
    incoming.once("end", () => outgoing.end(`${bytes} bytes`));
  });
  const gateway = await startGateway();
  await gateway.publish(snapshot(1, [component([{ place: "virginia", port: instance.port }])]));
  return { instance, gateway };
}

function open(url: string): Socket {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  socket.on("error", () => undefined);
  return socket;
}

/** A connection that stays open is read for so long. */
const QUIET_MS = 250;
const raw = (url: string, text: string): Promise<string> => sendRaw(url, text, QUIET_MS);

const statusesIn = (reply: string): number[] => [...reply.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status));

describe("requests that can be read in two ways", () => {
  const post = (headers: string, body: string): string => `POST ${PATH} HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n\r\n${body}`;
  const smuggled = `0\r\n\r\nGET /shop/cart/smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n`;
  test.each([
    ["a length and chunks", post("Content-Length: 6\r\nTransfer-Encoding: chunked", smuggled)],
    ["chunks and a length", post("Transfer-Encoding: chunked\r\nContent-Length: 6", smuggled)],
    ["two lengths", post("Content-Length: 3\r\nContent-Length: 5", "abcde")],
    ["a length that is no number", post("Content-Length: +3", "abc")],
    ["two codings", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", smuggled)],
    ["a coding nobody knows", post("Transfer-Encoding: xchunked", smuggled)],
    ["a coding below the chunks", post("Transfer-Encoding: gzip, chunked", smuggled)],
    ["a space before the colon", post("Transfer-Encoding : chunked", smuggled)],
    ["a folded header", post("Transfer-Encoding:\r\n chunked", smuggled)],
    ["a bare line feed", post("X: a\nContent-Length: 3", "abc")],
    ["a bare carriage return", post("X: a\rContent-Length: 3", "abc")],
    ["a NUL", post("X: a\0b\r\nContent-Length: 3", "abc")],
    ["a chunk's end that is none", post("Transfer-Encoding: chunked", "3\r\nabcXX0\r\n\r\n")],
    ["a line feed in a chunk's extension", post("Transfer-Encoding: chunked", "3;a\nabc\r\n0\r\n\r\n")],
    ["two Hosts", `GET ${PATH} HTTP/1.1\r\nHost: localhost\r\nHost: cart.shop.example.org\r\n\r\n`],
    ["a Host that is none", `GET ${PATH} HTTP/1.1\r\nHost: a b/c\r\n\r\n`],
    ["a tunnel", "CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: localhost\r\n\r\n"],
    ["a WebSocket", `GET ${PATH} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`],
    ["TRACE", `TRACE ${PATH} HTTP/1.1\r\nHost: localhost\r\n\r\n`],
  ])("%s: refused, reaches no instance, and ends the connection", async (_name, text) => {
    const { instance, gateway } = await startPair();
    const reply = await raw(gateway.url, `${text}GET /shop/cart/after HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    const [first, ...more] = statusesIn(reply);
    expect([400, 405, 501]).toContain(first);
    expect(more).toEqual([]);
    expect(instance.requests.map(({ url }) => url).filter((url) => url !== "/x")).toEqual([]);
  });

  test("an absolute target overrules the Host, for the choice and for the instance", async () => {
    const { instance, gateway } = await startPair();
    await raw(gateway.url, "GET http://cart.shop.example.org/y?z=1 HTTP/1.1\r\nHost: localhost\r\n\r\n");
    expect(instance.requests.map(({ url, headers }) => [url, headers.host])).toEqual([["/y?z=1", "cart.shop.example.org"]]);
    expect(
      statusesIn(await raw(gateway.url, "GET http://other.example/y HTTP/1.1\r\nHost: cart.shop.example.org\r\n\r\n")),
    ).toEqual([404]);
  });

  test("a client cannot speak in the gateway's name, nor take the Host from an instance", async () => {
    const { instance, gateway } = await startPair();
    const spoofed = "Geostitch_Epoch: 9\r\nX_Forwarded_For: 1.2.3.4\r\ngeostitch-lab-path: a\r\nX-Real-IP: 1.2.3.4";
    await raw(gateway.url, `GET ${PATH} HTTP/1.1\r\nHost: localhost\r\n${spoofed}\r\nConnection: host, x-forwarded-for\r\n\r\n`);
    const { headers } = instance.requests[0] ?? { headers: {} };
    expect(headers).toMatchObject({ host: "localhost", "x-forwarded-for": "127.0.0.1", "geostitch-epoch": "1" });
    expect(Object.keys(headers).filter((name) => /_|lab-path|real-ip/.test(name))).toEqual([]);
  });
});

describe("the last routes", () => {
  test("that cannot be read are like none: nothing is served until the orchestrator tells, and then everything", async () => {
    const { instance, gateway } = await startPair();
    writeFileSync(join(gateway.folder, "snapshot.json"), '{"version": 7, "components": [{"comp');
    const again = await startGateway({ folder: gateway.folder });
    expect((await fetch(`${again.url}${PATH}`)).status).toBe(503);
    await again.publish(snapshot(1, [component([{ place: "virginia", port: instance.port }])]));
    expect((await fetch(`${again.url}${PATH}`)).status).toBe(200);
  });
});

describe("answers", () => {
  test("an interim answer of an instance does not take the place of its answer", async () => {
    const instance = await startInstance((_incoming, outgoing) => {
      outgoing.writeEarlyHints({ link: "</style.css>; rel=preload" });
      setTimeout(() => outgoing.end("whole"), 20);
    });
    const gateway = await startGateway();
    await gateway.publish(snapshot(1, [component([{ place: "virginia", port: instance.port }])]));
    const answer = await fetch(`${gateway.url}${PATH}`);
    expect([answer.status, await answer.text()]).toEqual([200, "whole"]);
  });

  test("a client that goes away is no error of the component", async () => {
    const instance = await startInstance((incoming) => void incoming.resume());
    const gateway = await startGateway();
    await gateway.publish(snapshot(1, [component([{ place: "virginia", port: instance.port }])]));
    const socket = open(gateway.url);
    socket.write(`GET ${PATH} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    await eventually(() => instance.requests.length === 1);
    socket.destroy();
    await eventually(() => gateway.results.length === 1);
    expect(gateway.results[0]?.status).toBe(499);
  });

  test("an instance that is started again costs its clients time, though its route is gone for a moment", async () => {
    const { instance, gateway } = await startPair();
    await gateway.publish(snapshot(2, [component([])]));
    const asked = fetch(`${gateway.url}${PATH}`, { method: "POST", body: "one" });
    await new Promise((resolve) => setTimeout(resolve, 300));
    await gateway.publish(snapshot(3, [component([{ place: "virginia", port: instance.port }])]));
    expect((await asked).status).toBe(200);
    expect(instance.requests).toHaveLength(1);
  });

  test("a refusal behind which a body would still come ends the connection, and says so", async () => {
    const gateway = await startGateway();
    await gateway.publish(snapshot(1, []));
    const reply = await raw(gateway.url, `POST ${PATH} HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${2 * MIB}\r\n\r\n`);
    expect(statusesIn(reply)).toEqual([404]);
    expect(reply).toMatch(/connection: close/i);
  });

  test("a large body, of which nothing has left, goes to another instance when one takes no connection", async () => {
    const { instance, gateway } = await startPair();
    const closed = { place: "virginia", port: await freePort() };
    await gateway.publish(snapshot(2, [component([closed, { place: "virginia", port: instance.port }])]));
    const upload = async (): Promise<string> =>
      await (await fetch(`${gateway.url}${PATH}`, { method: "POST", body: Buffer.alloc(2 * MIB) })).text();
    expect(await Promise.all([upload(), upload(), upload()])).toEqual(Array.from({ length: 3 }, () => `${2 * MIB} bytes`));
  });
});

describe("holds", () => {
  test("a component that was closed for a moment by itself is served again, though no route has changed", async () => {
    let isOpen = false;
    let refusals = 0;
    const instance = await startInstance((incoming, outgoing) => {
      incoming.resume();
      if (!isOpen) refusals += 1;
      outgoing.writeHead(isOpen ? 200 : 503, isOpen ? {} : { "geostitch-sealed": "1" }).end();
    });
    const gateway = await startGateway();
    await gateway.publish(snapshot(1, [component([{ place: "virginia", port: instance.port }])]));
    const ask = async (): Promise<number> => (await fetch(`${gateway.url}${PATH}`, { method: "POST", body: "one" })).status;
    const asked = Array.from({ length: 20 }, ask);
    await eventually(() => refusals >= 1);
    isOpen = true;
    expect(await Promise.all(asked)).toEqual(Array.from({ length: 20 }, () => 200));
    expect(await ask()).toBe(200);
    // Some were on their way together; after that one at a time finds out.
    expect(refusals).toBeLessThanOrEqual(20);
  });

  test("the orchestrator's hold takes over one that the component began, and only its word ends it", async () => {
    let isOpen = false;
    const old = await startInstance((incoming, outgoing) => {
      incoming.resume();
      outgoing.writeHead(isOpen ? 200 : 503, isOpen ? {} : { "geostitch-sealed": "1" }).end("old");
    });
    const next = await startInstance(answering("new"));
    const gateway = await startGateway();
    await gateway.publish(snapshot(1, [component([{ place: "virginia", port: old.port }])]));
    const asked = fetch(`${gateway.url}${PATH}`);
    await eventually(() => old.requests.length === 1);
    await gateway.hold();
    isOpen = true;
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(old.requests).toHaveLength(1);
    await gateway.publish(snapshot(2, [component([{ place: "frankfurt", port: next.port }], { epoch: 2 })]));
    expect(await (await asked).text()).toBe("new");
  });

  test("a client that leaves while it is held frees its place, and its request is never sent", async () => {
    const { instance, gateway } = await startPair();
    await gateway.hold({ countMax: 2 });
    const now = async (): Promise<number> =>
      (await Promise.all(["virginia", "frankfurt"].map((place) => gateway.holdsOf(place))))
        .flat()
        .reduce((sum, hold) => sum + hold.now, 0);
    const leaving = [open(gateway.url), open(gateway.url)];
    for (const socket of leaving) socket.write(`POST ${PATH} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\n`);
    await eventually(async () => (await now()) === 2);
    for (const socket of leaving) socket.destroy();
    await eventually(async () => (await now()) === 0);
    await eventually(() => gateway.results.length === 2);
    expect(gateway.results.map(({ status }) => status)).toEqual([499, 499]);
    const staying = fetch(`${gateway.url}${PATH}`);
    await eventually(async () => (await now()) === 1);
    await gateway.publish(snapshot(2, [component([{ place: "virginia", port: instance.port }], { epoch: 2 })]));
    expect((await staying).status).toBe(200);
    expect(instance.requests).toHaveLength(1);
  });

  test("an upload larger than all that may be kept waits with its client, and goes through", async () => {
    const { instance, gateway } = await startPair();
    await gateway.hold({ bytesMax: 1000 });
    const asked = fetch(`${gateway.url}${PATH}`, { method: "POST", body: Buffer.alloc(4 * MIB) });
    await new Promise((resolve) => setTimeout(resolve, 100));
    await gateway.publish(snapshot(2, [component([{ place: "virginia", port: instance.port }], { epoch: 2 })]));
    expect(await (await asked).text()).toBe(`${4 * MIB} bytes`);
  });

  test("a hold for a later epoch takes over those who wait in an earlier one", async () => {
    const { instance, gateway } = await startPair();
    await gateway.hold({ commandId: "first" });
    const asked = fetch(`${gateway.url}${PATH}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await gateway.hold({ commandId: "second", epoch: 2 });
    await gateway.publish(snapshot(2, [component([{ place: "virginia", port: instance.port }], { epoch: 3 })]));
    expect((await asked).status).toBe(200);
  });
});
