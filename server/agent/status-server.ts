import { createServer, type Server, type ServerResponse } from "node:http";
import type { Sender } from "./sender.ts";
import type { Spool } from "./spool.ts";

/** `/healthz`, `/readyz` and `/metrics` of an agent, written by hand: a metrics library would be a tenth of its memory. */
export function createStatusServer(spool: Spool, sender: Sender): Server {
  return createServer((incoming, outgoing) => {
    if (incoming.url === "/healthz" || incoming.url === "/readyz") text(outgoing, 200, "ok\n");
    else if (incoming.url === "/metrics") text(outgoing, 200, render(spool, sender));
    else text(outgoing, 404, "not found\n");
  });
}

function render(spool: Spool, { results }: Sender): string {
  const { batches, bytes, dropped } = spool.status();
  return [
    "# TYPE geostitch_agent_deliveries_total counter",
    ...[...results].map(([result, count]) => `geostitch_agent_deliveries_total{result="${result}"} ${count}`),
    "# TYPE geostitch_agent_dropped_batches_total counter",
    `geostitch_agent_dropped_batches_total ${dropped}`,
    "# TYPE geostitch_agent_spool_batches gauge",
    `geostitch_agent_spool_batches ${batches}`,
    "# TYPE geostitch_agent_spool_bytes gauge",
    `geostitch_agent_spool_bytes ${bytes}`,
    "",
  ].join("\n");
}

function text(outgoing: ServerResponse, status: number, body: string): void {
  outgoing.writeHead(status, { "content-type": "text/plain; version=0.0.4; charset=utf-8" });
  outgoing.end(body);
}
