import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { z } from "zod";
import type { PairRoundTrip } from "../connectivity-management/domain/estimate-round-trip.ts";
import type { Population } from "./clients/population.ts";

export interface LabControl {
  readonly token: string;
  readonly name: string;
  readonly clock: () => Date;
  readonly speed: number;
  readonly seed: number;
  readonly population: Population;
  readonly roundTrips: readonly PairRoundTrip[];
  /** Makes a link slower by so many ms, both ways; 0 makes it as it was. */
  readonly slowLink: (from: string, to: string, extraMs: number) => void;
  /** Breaks every connection to and from a place, and makes none until it is joined again. */
  readonly cutOff: (place: string, isCut: boolean) => void;
}

const loadSchema = z.strictObject({
  requestsPerSecond: z.number().min(0).max(5_000).optional(),
  followTheSun: z.boolean().optional(),
});

const linkSchema = z.strictObject({ from: z.string(), to: z.string(), extraMs: z.number().min(0).max(10_000) });

const placeSchema = z.strictObject({ name: z.string(), cut: z.boolean() });

async function readJson(incoming: IncomingMessage): Promise<unknown> {
  let text = "";
  for await (const chunk of incoming.setEncoding("utf8") as AsyncIterable<string>) text += chunk;
  return JSON.parse(text);
}

/** What the lab tells of itself, and how its load is set; for benches, tests and the console. */
export function createLabControl(lab: LabControl): Server {
  return createServer((incoming, outgoing) => {
    handle(lab, incoming, outgoing).catch((error: unknown) => answer(outgoing, 400, { detail: String(error) }));
  });
}

async function handle(lab: LabControl, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  if (incoming.url === "/healthz") {
    answer(outgoing, 200, { ok: true });
    return;
  }
  if (incoming.headers.authorization !== `Bearer ${lab.token}`) {
    answer(outgoing, 401, { detail: "expected the lab's token" });
    return;
  }
  const route = `${incoming.method ?? ""} ${incoming.url ?? ""}`;
  if (route === "GET /v1/status") {
    answer(outgoing, 200, statusOf(lab));
    return;
  }
  if (route === "POST /v1/check") {
    answer(outgoing, 200, await lab.population.verifyAll());
    return;
  }
  if (route === "PUT /v1/load") {
    lab.population.setLoad(loadSchema.parse(await readJson(incoming)));
    answer(outgoing, 200, statusOf(lab));
    return;
  }
  if (route === "PUT /v1/links") {
    const { from, to, extraMs } = linkSchema.parse(await readJson(incoming));
    lab.slowLink(from, to, extraMs);
    answer(outgoing, 200, { from, to, extraMs });
    return;
  }
  if (route === "PUT /v1/places") {
    const { name, cut } = placeSchema.parse(await readJson(incoming));
    lab.cutOff(name, cut);
    answer(outgoing, 200, { name, cut });
    return;
  }
  answer(outgoing, 404, { detail: route });
}

function statusOf({ name, clock, speed, seed, population, roundTrips }: LabControl) {
  return {
    name,
    clock: clock().toISOString(),
    speed,
    seed,
    users: population.status(),
    estimatedPairs: roundTrips.filter((pair) => pair.estimated).map(({ from, to, rttMs }) => ({ from, to, rttMs })),
  };
}

function answer(outgoing: ServerResponse, status: number, body: unknown): void {
  outgoing.writeHead(status, { "content-type": "application/json" });
  outgoing.end(JSON.stringify(body));
}
