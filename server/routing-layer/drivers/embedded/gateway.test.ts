import { afterEach, describe, expect, test } from "vitest";
import {
  answering,
  closeAll,
  component,
  eventually,
  raw,
  snapshot,
  startGateway,
  startInstance,
  type TestGateway,
} from "../../../testing/gateway.ts";

afterEach(closeAll);

const problemOf = async (answer: Response): Promise<{ code: string; status: number }> => (await answer.json()) as never;

describe("routing", () => {
  test("a path prefix chooses the component, is stripped and given on", async () => {
    const instance = await startInstance(answering("hello"));
    const gateway = await startGateway();
    await gateway.publish(snapshot(1, [component([{ place: "virginia", port: instance.port }])]));
    const answer = await fetch(`${gateway.url}/shop/cart/carts/7?x=1`);
    expect([answer.status, await answer.text()]).toEqual([200, "hello"]);
    expect(instance.requests[0]?.url).toBe("/carts/7?x=1");
    expect(instance.requests[0]?.headers["x-forwarded-prefix"]).toBe("/shop/cart");
    expect(answer.headers.get("geostitch-data-center")).toBe("virginia");
    expect(answer.headers.get("geostitch-instance")).toBe(`cart.${instance.port}`);
    expect(answer.headers.get("geostitch-epoch")).toBe("1");
    expect(answer.headers.get("geostitch-entry")).not.toBeNull();
    expect(answer.headers.get("geostitch-held-ms")).toBeNull();
  });

  test("the Host chooses the component and leaves the path as it is", async () => {
    const instance = await startInstance(answering("hello"));
    const gateway = await startGateway();
    await gateway.publish(snapshot(1, [component([{ place: "virginia", port: instance.port }])]));
    const reply = await raw(gateway.url, "GET /a/b HTTP/1.1\r\nHost: cart.shop.example.org\r\nConnection: close\r\n\r\n");
    expect(reply).toMatch(/^HTTP\/1\.1 200/);
    expect(instance.requests[0]?.url).toBe("/a/b");
  });

  test("what is not known, or not for clients, is 404; other components may call it", async () => {
    const instance = await startInstance(answering("inside"));
    const gateway = await startGateway();
    await gateway.publish(snapshot(1, [component([{ place: "virginia", port: instance.port }], { entrypoint: false })]));
    const unknown = await fetch(`${gateway.url}/shop/nothing/`);
    expect([unknown.status, unknown.headers.get("content-type")]).toEqual([404, "application/problem+json"]);
    expect((await fetch(`${gateway.url}/shop/cart/`)).status).toBe(404);
    expect(await (await fetch(`${gateway.internalUrl}/@frankfurt/shop/cart/`)).text()).toBe("inside");
  });

  test("a gateway that was told that there is nothing yet says so of every component", async () => {
    const gateway = await startGateway();
    const nothing = { ...snapshot(1, []), dataCenters: [] };
    expect((await gateway.admin("PUT", "/(nowhere)/snapshot", nothing)).status).toBe(200);
    expect((await fetch(`${gateway.url}/shop/cart/`)).status).toBe(404);
  });

  test("what a client says in the gateway's own headers does not reach an instance", async () => {
    const instance = await startInstance(answering("hello"));
    const gateway = await startGateway();
    await gateway.publish(snapshot(1, [component([{ place: "virginia", port: instance.port }])]));
    await fetch(`${gateway.url}/shop/cart/`, { headers: { "geostitch-epoch": "99", "x-forwarded-host": "evil" } });
    expect(instance.requests[0]?.headers["geostitch-epoch"]).toBe("1");
    expect(instance.requests[0]?.headers["x-forwarded-host"]).not.toBe("evil");
  });
});

describe("hold and resume", () => {
  test("a held request waits and is answered by the new owner", async () => {
    const old = await startInstance(answering("old"));
    const next = await startInstance(answering("new"));
    const gateway = await startGateway();
    await gateway.publish(snapshot(1, [component([{ place: "virginia", port: old.port }])]));
    await gateway.hold();
    const asked = fetch(`${gateway.url}/shop/cart/`, { method: "POST", body: "one" });
    await eventually(async () => (await allHeld(gateway)) === 1);
    await gateway.publish(snapshot(2, [component([{ place: "frankfurt", port: next.port }], { epoch: 2 })]));
    const answer = await asked;
    expect([answer.status, await answer.text()]).toEqual([200, "new"]);
    expect(Number(answer.headers.get("geostitch-held-ms"))).toBeGreaterThan(0);
    expect([old.requests.length, next.requests.length]).toEqual([0, 1]);
  });

  test("past its deadline a held request is answered 503 with Retry-After, once", async () => {
    const old = await startInstance(answering("old"));
    const gateway = await startGateway();
    await gateway.publish(snapshot(1, [component([{ place: "virginia", port: old.port }])]));
    await gateway.hold({ deadlineMs: 60 });
    const answer = await fetch(`${gateway.url}/shop/cart/`);
    expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "1"]);
    expect((await problemOf(answer)).code).toBe("held-too-long");
    expect(old.requests).toHaveLength(0);
  });

  test("no more requests wait than the hold allows", async () => {
    const old = await startInstance(answering("old"));
    const gateway = await startGateway();
    await gateway.publish(snapshot(1, [component([{ place: "virginia", port: old.port }])]));
    await gateway.hold({ countMax: 2, deadlineMs: 400 });
    const statuses = await Promise.all(Array.from({ length: 5 }, async () => await timed(`${gateway.url}/shop/cart/`)));
    expect(statuses.filter(({ ms }) => ms < 200)).toHaveLength(3);
    expect(statuses.every(({ status }) => status === 503)).toBe(true);
  });

  test("no more bytes wait than the hold allows, and what was refused waits for nothing", async () => {
    const old = await startInstance(answering("old"));
    const gateway = await startGateway();
    await gateway.publish(snapshot(1, [component([{ place: "virginia", port: old.port }])]));
    await gateway.hold({ bytesMax: 1_000, deadlineMs: 400 });
    const post = { method: "POST", body: "x".repeat(600) };
    const answers = await Promise.all(Array.from({ length: 3 }, async () => await timed(`${gateway.url}/shop/cart/`, post)));
    expect(answers.filter(({ ms }) => ms < 200)).toHaveLength(2);
    expect(answers.every(({ status }) => status === 503)).toBe(true);
  });

  test("a hold given twice is one hold, and one for an older epoch is refused", async () => {
    const old = await startInstance(answering("old"));
    const gateway = await startGateway();
    await gateway.publish(snapshot(1, [component([{ place: "virginia", port: old.port }], { epoch: 3 })]));
    expect(await gateway.hold({ epoch: 3 })).toEqual([200, 200]);
    expect(await gateway.hold({ epoch: 3 })).toEqual([200, 200]);
    expect(await gateway.holdsOf("virginia")).toHaveLength(1);
    expect(await gateway.hold({ epoch: 2, commandId: "late" })).toEqual([409, 409]);
  });

  test("what a sealed instance refused unprocessed is kept and sent once to the new owner, body and all", async () => {
    const old = await startInstance((incoming, outgoing) => {
      incoming.resume();
      outgoing.writeHead(503, { "geostitch-sealed": "1" }).end();
    });
    const bodies: string[] = [];
    const next = await startInstance((incoming, outgoing) => {
      let text = "";
      incoming.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      incoming.once("end", () => {
        bodies.push(text);
        outgoing.end("taken");
      });
    });
    const gateway = await startGateway();
    await gateway.publish(snapshot(1, [component([{ place: "virginia", port: old.port }])]));
    const asked = fetch(`${gateway.url}/shop/cart/`, { method: "POST", body: "the body" });
    await eventually(async () => (await allHeld(gateway)) === 1);
    await gateway.publish(snapshot(2, [component([{ place: "frankfurt", port: next.port }], { epoch: 2 })]));
    expect(await (await asked).text()).toBe("taken");
    expect(bodies).toEqual(["the body"]);
    expect(old.requests).toHaveLength(1);
  });

  test("an owner that is routed but not open yet is asked again until it is", async () => {
    let open = false;
    const next = await startInstance((incoming, outgoing) => {
      incoming.resume();
      if (open) outgoing.end("open");
      else outgoing.writeHead(503, { "geostitch-sealed": "1" }).end();
    });
    const gateway = await startGateway();
    await gateway.publish(snapshot(2, [component([{ place: "frankfurt", port: next.port }], { epoch: 2 })]));
    const asked = fetch(`${gateway.url}/shop/cart/`);
    await eventually(() => next.requests.length >= 2);
    open = true;
    expect(await (await asked).text()).toBe("open");
  });
});

describe("control", () => {
  test("an older version and a lower epoch are refused; the same version is acknowledged again", async () => {
    const gateway = await startGateway();
    expect(await gateway.publish(snapshot(5, [component([], { epoch: 4 })]))).toEqual([200, 200]);
    expect(await gateway.publish(snapshot(5, [component([], { epoch: 4 })]))).toEqual([200, 200]);
    expect(await gateway.publish(snapshot(4, [component([], { epoch: 4 })]))).toEqual([409, 409]);
    expect(await gateway.publish(snapshot(6, [component([], { epoch: 3 })]))).toEqual([409, 409]);
  });

  test("an entry opens connections to an instance before it is routed, and uses them behind the switch", async () => {
    const sockets = new Set<unknown>();
    const next = await startInstance((incoming, outgoing) => {
      sockets.add(incoming.socket);
      outgoing.end("ok");
    });
    const gateway = await startGateway();
    const instances = [{ dataCenter: "frankfurt", host: "127.0.0.1", port: next.port }];
    expect((await gateway.admin("POST", "/frankfurt/warm", { path: "/healthz", instances })).status).toBe(200);
    const opened = sockets.size;
    expect(opened).toBeGreaterThan(1);
    await gateway.publish(snapshot(1, [component([{ place: "frankfurt", port: next.port }])]));
    await fetch(`${gateway.internalUrl}/@frankfurt/shop/cart/`);
    expect(sockets.size).toBe(opened);
  });

  test("without the token nothing is taken, and nonsense leaves the routes as they are", async () => {
    const gateway = await startGateway();
    await gateway.publish(snapshot(1, [component([])]));
    expect((await gateway.admin("PUT", "/virginia/snapshot", snapshot(2, []), "wrong")).status).toBe(401);
    expect((await gateway.admin("PUT", "/virginia/snapshot", { version: "two" })).status).toBe(400);
    expect(await (await gateway.admin("GET", "/virginia")).json()).toMatchObject({ version: 1 });
  });

  test("a gateway that starts again serves by its last routes, without anybody else", async () => {
    const instance = await startInstance(answering("hello"));
    const first = await startGateway();
    await first.publish(snapshot(7, [component([{ place: "virginia", port: instance.port }])]));
    const again = await startGateway({ folder: first.folder });
    expect(await (await fetch(`${again.url}/shop/cart/`)).text()).toBe("hello");
    expect(await again.publish(snapshot(6, []))).toEqual([409, 409]);
  });
});

async function allHeld(gateway: TestGateway): Promise<number> {
  const holds = [...(await gateway.holdsOf("virginia")), ...(await gateway.holdsOf("frankfurt"))];
  return holds.reduce((sum, { now }) => sum + now, 0);
}

async function timed(url: string, request: RequestInit = {}): Promise<{ status: number; ms: number }> {
  const startedMs = performance.now();
  const { status } = await fetch(url, request);
  return { status, ms: performance.now() - startedMs };
}
