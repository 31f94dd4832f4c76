import { createServer as createEcho, type AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { createLinkDialer } from "../../connectivity-management/index.ts";
import { createRelay } from "./relay.ts";

const PINGS = 15;
/** One ping may be quick by chance, three are not. */
const QUICKEST = 2;

test.each([7.3, 44.6, 92.4])("an idle round trip over a relay of %d ms is within 5 % and 1 ms of it", async (rttMs) => {
  const echo = createEcho((socket) => socket.pipe(socket)).listen(0, "127.0.0.1");
  const relay = createRelay({ rttMs: () => rttMs }).listen(0, "127.0.0.1");
  await new Promise((resolve) => setTimeout(resolve, 50));
  const dialer = createLinkDialer({ host: "127.0.0.1", port: (relay.address() as AddressInfo).port });
  const socket = await dialer.dial({ from: "a", to: "b", host: "127.0.0.1", port: (echo.address() as AddressInfo).port });
  const times: number[] = [];
  for (let ping = 0; ping < PINGS; ping += 1) {
    const sent = performance.now();
    socket.write("ping");
    await new Promise((resolve) => {
      socket.once("data", resolve);
      // A dialled socket waits for its reader, so that nothing that came behind the handshake is lost.
      socket.resume();
    });
    times.push(performance.now() - sent);
  }
  // Other tests run on this machine and can only make a ping slower: what the relay itself takes is in the quickest ones.
  const idleMs = times.sort((a, b) => a - b)[QUICKEST] ?? 0;
  socket.destroy();
  relay.close();
  echo.close();
  expect(Math.abs(idleMs - rttMs)).toBeLessThanOrEqual(rttMs * 0.05 + 1);
});

test("what a side wrote before it closed arrives whole, and a slow reader makes the writer wait", async () => {
  const total = 24 * 1024 * 1024;
  let written = 0;
  const source = createEcho((socket) => {
    const more = (): void => {
      while (written < total) {
        written += 256 * 1024;
        if (!socket.write(Buffer.alloc(256 * 1024, 1))) return void socket.once("drain", more);
      }
      socket.end();
      return undefined;
    };
    more();
  }).listen(0, "127.0.0.1");
  const relay = createRelay({ rttMs: () => 20 }).listen(0, "127.0.0.1");
  await new Promise((resolve) => setTimeout(resolve, 50));
  const dialer = createLinkDialer({ host: "127.0.0.1", port: (relay.address() as AddressInfo).port });
  const socket = await dialer.dial({ from: "a", to: "b", host: "127.0.0.1", port: (source.address() as AddressInfo).port });
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(written).toBeLessThan(total);
  let read = 0;
  socket.on("data", (chunk: Buffer) => (read += chunk.length)).resume();
  await new Promise((resolve) => socket.once("end", resolve));
  expect(read).toBe(total);
  relay.close();
  source.close();
});
