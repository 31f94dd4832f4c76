import { Agent } from "node:http";
import { readRequestCounters, type RequestCounters } from "./domain/request-counters.ts";
import { exchange } from "./exchange.ts";

const DEADLINE_MS = 800;
const ACCEPT = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5";

export interface Scraper {
  /** What the component shows now; null where it has no such page, or does not give it in time. */
  scrape(url: string): Promise<RequestCounters | null>;
}

/** Reads a component's metrics page over a connection that stays open. */
export function createScraper(): Scraper {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return {
    scrape: async (url) => {
      try {
        const { status, body } = await exchange({
          url: new URL(url),
          method: "GET",
          headers: { accept: ACCEPT },
          deadlineMs: DEADLINE_MS,
          agent,
        });
        return status === 200 ? readRequestCounters(body.toString("utf8")) : null;
      } catch {
        return null;
      }
    },
  };
}
