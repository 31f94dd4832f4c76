import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { isSigned } from "../kpi-intake/signature.ts";

export interface Delivery {
  readonly id: string;
  readonly agent: string;
  readonly atMs: number;
  readonly status: number;
  readonly body: string;
}

export interface IntakeAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface FakeIntake {
  readonly url: string;
  /** Every try, in the order of arrival. */
  readonly tries: readonly Delivery[];
  /** What the next deliveries are answered; null: not at all. */
  answer(next: (delivery: Pick<Delivery, "id" | "body"> & { readonly isSigned: boolean }) => IntakeAnswer | null): void;
  /** Resolves when a try has arrived for which this is so. */
  until(isSo: (tries: readonly Delivery[]) => boolean, timeoutMs: number): Promise<void>;
  close(): void;
}

/** A real socket that answers deliveries as it is told, and checks their signatures as the intake does. */
export async function startFakeIntake(secret: string): Promise<FakeIntake> {
  const tries: Delivery[] = [];
  const waiters = new Set<() => void>();
  let next: Parameters<FakeIntake["answer"]>[0] = ({ isSigned: good }) => ({ status: good ? 202 : 401 });
  const server = createServer((incoming, outgoing) => {
    void readDelivery(incoming, secret).then(({ isGood, ...delivery }) => {
      const answer = next({ id: delivery.id, isSigned: isGood, body: delivery.body });
      tries.push({ ...delivery, status: answer?.status ?? 0 });
      for (const waiter of waiters) waiter();
      if (answer) outgoing.writeHead(answer.status, answer.headers).end("{}");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tries,
    answer: (with_) => {
      next = with_;
    },
    until: (isSo, timeoutMs) => waitUntil(waiters, () => isSo(tries), timeoutMs),
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function readDelivery(incoming: IncomingMessage, secret: string) {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  const raw = Buffer.concat(chunks);
  const one = (name: string): string => String(incoming.headers[name] ?? "");
  const id = one("webhook-id");
  const signed = { id, timestamp: one("webhook-timestamp"), signature: one("webhook-signature"), raw };
  const isGood = isSigned(signed, secret, new Date());
  return { id, agent: one("geostitch-agent"), atMs: performance.now(), body: raw.toString(), isGood };
}

function waitUntil(waiters: Set<() => void>, isSo: () => boolean, timeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const finish = (error: Error | null): void => {
      clearTimeout(timer);
      waiters.delete(check);
      if (error) reject(error);
      else resolve();
    };
    const check = (): void => {
      if (isSo()) finish(null);
    };
    const timer = setTimeout(() => finish(new Error(`it did not come about within ${timeoutMs} ms`)), timeoutMs);
    waiters.add(check);
    check();
  });
}
