import { createHash } from "node:crypto";
import { connect } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { freePort } from "../../../platform/ports.ts";
import { answering, closeAll, component, eventually, snapshot, startGateway, startInstance } from "../../../testing/gateway.ts";

afterEach(closeAll);

const problemOf = async (answer: Response): Promise<{ code: string }> => (await answer.json()) as never;

describe("failures", () => {
  test("a request that an instance may have processed is never sent again", async () => {
    const breaking = await startInstance((incoming) => void incoming.socket.destroy());
    const other = await startInstance(answering("other"));
    const gateway = await startGateway();
    const both = [
      { place: "virginia", port: breaking.port },
      { place: "virginia", port: other.port },
    ];
    await gateway.publish(snapshot(1, [component(both)]));
    const answers = [await fetch(`${gateway.url}/shop/cart/`), await fetch(`${gateway.url}/shop/cart/`)];
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 502]);
    expect([breaking.requests.length, other.requests.length]).toEqual([1, 1]);
  });

  test("an instance that takes no connection costs its clients time, not failures", async () => {
    const closed = await freePort();
    const alive = await startInstance(answering("alive"));
    const gateway = await startGateway();
    const both = [
      { place: "virginia", port: closed },
      { place: "virginia", port: alive.port },
    ];
    await gateway.publish(snapshot(1, [component(both)]));
    const answers = await Promise.all(Array.from({ length: 6 }, async () => (await fetch(`${gateway.url}/shop/cart/`)).status));
    expect(answers).toEqual([200, 200, 200, 200, 200, 200]);
  });

  test("with nobody to serve it is 503 with Retry-After", async () => {
    const gateway = await startGateway();
    const before = await fetch(`${gateway.url}/shop/cart/`);
    expect([before.status, (await problemOf(before)).code]).toEqual([503, "no-routes"]);
    await gateway.publish(snapshot(1, [component([])]));
    const answer = await fetch(`${gateway.url}/shop/cart/`);
    expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "1"]);
    expect((await problemOf(answer)).code).toBe("no-instance");
  });
});

describe("bodies", () => {
  const MIB = 1024 * 1024;

  test("a large body goes through whole, both ways", async () => {
    const digests: string[] = [];
    const instance = await startInstance((incoming, outgoing) => {
      const hash = createHash("sha256");
      incoming.on("data", (chunk: Buffer) => hash.update(chunk));
      incoming.once("end", () => {
        digests.push(hash.digest("hex"));
        outgoing.end(Buffer.alloc(8 * MIB, "b"));
      });
    });
    const gateway = await startGateway();
    await gateway.publish(snapshot(1, [component([{ place: "virginia", port: instance.port }])]));
    const sent = Buffer.alloc(8 * MIB, "a");
    const answer = await fetch(`${gateway.url}/shop/cart/`, { method: "POST", body: sent });
    expect((await answer.arrayBuffer()).byteLength).toBe(8 * MIB);
    expect(digests).toEqual([createHash("sha256").update(sent).digest("hex")]);
  });

  test("an instance that reads slowly makes its client wait, and the gateway keeps no more than a little", async () => {
    const instance = await startInstance((incoming) => void incoming.pause());
    const gateway = await startGateway();
    await gateway.publish(snapshot(1, [component([{ place: "virginia", port: instance.port }])]));
    const total = 64 * MIB;
    const socket = connect(Number(new URL(gateway.url).port), "127.0.0.1");
    socket.on("error", () => undefined);
    socket.write(`POST /shop/cart/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${total}\r\n\r\n`);
    let blocked = false;
    for (let sent = 0; sent < total && !blocked; sent += MIB)
      blocked = !socket.write(Buffer.alloc(MIB)) && !(await drains(socket));
    expect(blocked).toBe(true);
    expect(socket.bytesWritten).toBeLessThan(40 * MIB);
    socket.destroy();
  });

  test("a client that reads slowly makes the instance wait", async () => {
    let written = 0;
    const instance = await startInstance((_incoming, outgoing) => {
      outgoing.writeHead(200, { "content-length": 64 * MIB });
      const more = (): void => {
        while (written < 64 * MIB) {
          written += MIB;
          if (!outgoing.write(Buffer.alloc(MIB))) return void outgoing.once("drain", more);
        }
      };
      more();
    });
    const gateway = await startGateway();
    await gateway.publish(snapshot(1, [component([{ place: "virginia", port: instance.port }])]));
    const socket = connect(Number(new URL(gateway.url).port), "127.0.0.1");
    socket.pause();
    socket.on("error", () => undefined);
    socket.write("GET /shop/cart/ HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await eventually(() => written > 0);
    let before = -1;
    await eventually(async () => {
      const same = before === written;
      before = written;
      await new Promise((resolve) => setTimeout(resolve, 200));
      return same && before === written;
    });
    expect(written).toBeLessThan(40 * MIB);
    socket.destroy();
  });
});

/** False when the socket has not drained within half a second. */
function drains(socket: ReturnType<typeof connect>): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), 500);
    socket.once("drain", () => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}
