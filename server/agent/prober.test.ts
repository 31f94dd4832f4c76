import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { dialLink } from "../connectivity-management/dial-link.ts";
import { answersProbe } from "../deployment/drivers/process/probe-endpoint.ts";
import { createRelay } from "../lab/index.ts";
import type { LinkWindow } from "./domain/link-window.ts";
import { createProber, type Prober } from "./prober.ts";

/** A real relay between two places, and at the other end what a host answers probes with. */
const closing: (() => void)[] = [];
const portOf = (server: Server): number => (server.address() as AddressInfo).port;

afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function start(rttMs: number, token = "probe") {
  const far = createServer((incoming, outgoing) => {
    if (!answersProbe("probe", incoming, outgoing)) outgoing.writeHead(404).end();
  });
  const relay = createRelay({ rttMs: () => rttMs });
  for (const server of [far, relay]) {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    closing.push(() => server.close().closeAllConnections());
  }
  const prober = createProber(dialLink);
  closing.push(() => {
    prober.stop();
  });
  const peers = [{ place: "far", host: "127.0.0.1", port: portOf(far) }];
  prober.follow("here", { relay: { host: "127.0.0.1", port: portOf(relay) }, token, peers });
  return { prober, far };
}

/** What is seen of the link until it is enough. */
async function collect(prober: Prober, isEnough: (windows: readonly LinkWindow[]) => boolean): Promise<readonly LinkWindow[]> {
  const windows: LinkWindow[] = [];
  for (const deadline = performance.now() + 25_000; performance.now() < deadline;) {
    windows.push(...[prober.take().get("far")].filter((window) => window !== undefined));
    if (isEnough(windows)) return windows;
    await delay(100);
  }
  throw new Error(`it was not seen: ${JSON.stringify(windows)}`);
}

test("a link's round trips are those of its relay, and a real transfer tells what it carries", async () => {
  const { prober } = await start(60);
  const windows = await collect(
    prober,
    (seen) => seen.flatMap(({ rttMs }) => rttMs).length >= 2 && seen.some(({ throughputMbps }) => throughputMbps !== null),
  );
  const roundTrips = windows.flatMap(({ rttMs }) => rttMs);
  expect(Math.min(...roundTrips)).toBeGreaterThan(58);
  expect(Math.min(...roundTrips)).toBeLessThan(90);
  expect(windows.reduce((sum, { lost }) => sum + lost, 0)).toBe(0);
});

test("a far side that ends is told as lost probes, and one that comes back is measured again", async () => {
  const { prober, far } = await start(20);
  await collect(prober, (seen) => seen.some(({ rttMs }) => rttMs.length > 0));
  const port = portOf(far);
  far.close().closeAllConnections();
  const windows = await collect(prober, (seen) => seen.some(({ lost }) => lost > 0));
  expect(windows.every(({ rttMs }) => rttMs.length === 0)).toBe(true);
  await new Promise<void>((resolve) => far.listen(port, "127.0.0.1", resolve));
  await collect(prober, (seen) => seen.some(({ rttMs }) => rttMs.length > 0));
});

test("without the probe's token nothing is measured", async () => {
  const { prober } = await start(1, "another");
  const [window] = await collect(prober, (seen) => seen.length > 0);
  expect(window).toMatchObject({ rttMs: [], lost: 1 });
});
