import type { ServerResponse } from "node:http";
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { EntryTable } from "../routing-layer/drivers/embedded/admin.ts";
import type { ExchangeResult } from "../routing-layer/drivers/embedded/gateway.ts";

const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5];

function makeMetrics(table: EntryTable, registers: Registry[]) {
  const held = (): number =>
    table.all().reduce((sum, entry) => sum + entry.status().holds.reduce((now, hold) => now + hold.now, 0), 0);
  const oldest = (): number => Math.min(...table.all().map((entry) => entry.snapshot?.version ?? 0), Number.MAX_SAFE_INTEGER);
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  gauge("geostitch_gateway_held_requests", "Requests that wait now", held);
  gauge("geostitch_gateway_route_version", "Oldest route version in force at any entry", oldest);
  const labelNames = ["component", "data_center", "code"];
  return {
    requests: new Counter({
      name: "geostitch_gateway_requests_total",
      help: "Requests by component, serving data centre and status",
      labelNames,
      registers,
    }),
    duration: new Histogram({
      name: "geostitch_gateway_request_duration_seconds",
      help: "From the request to the end of its answer",
      labelNames: ["component"],
      buckets: BUCKETS,
      registers,
    }),
    held: new Histogram({
      name: "geostitch_gateway_held_seconds",
      help: "How long held requests waited",
      buckets: BUCKETS,
      registers,
    }),
  };
}

/** `/healthz`, `/readyz` and `/metrics` of the gateway, names as the contract gives them. */
export function createGatewayMetrics(table: EntryTable) {
  const register = new Registry();
  const { requests, duration, held } = makeMetrics(table, [register]);
  return {
    note: ({ component, dataCenter, status, durationMs, heldMs }: ExchangeResult): void => {
      requests.inc({ component, data_center: dataCenter ?? "", code: String(status) });
      duration.observe({ component }, durationMs / 1000);
      if (heldMs > 0) held.observe(heldMs / 1000);
    },
    own: (path: string, outgoing: ServerResponse): boolean => {
      if (path === "/healthz") outgoing.end("ok\n");
      else if (path === "/readyz") answerReady(table, outgoing);
      else if (path === "/metrics") answerMetrics(register, outgoing);
      else return false;
      return true;
    },
  };
}

function answerReady(table: EntryTable, outgoing: ServerResponse): void {
  const ready = table.any() !== null;
  outgoing.writeHead(ready ? 200 : 503, { "content-type": "text/plain" });
  outgoing.end(ready ? "ok\n" : "no routes yet\n");
}

function answerMetrics(register: Registry, outgoing: ServerResponse): void {
  register.metrics().then(
    (text) => {
      outgoing.writeHead(200, { "content-type": register.contentType });
      outgoing.end(text);
    },
    () => outgoing.destroy(),
  );
}
