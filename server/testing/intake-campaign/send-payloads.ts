import { Readable } from "node:stream";
import { request } from "undici";
import type { Campaign } from "./campaign.ts";
import type { Agent } from "./installation.ts";
import { PAYLOADS, type Case, type Payload } from "./payloads.ts";

const PIECE_BYTES = 16 * 1024;

interface Endpoint {
  readonly name: string;
  readonly url: string;
  readonly caseOf: (payload: Payload) => Case;
  readonly headersOf: (body: Buffer) => Readonly<Record<string, string>>;
}

/** Every input to the webhook, at the intake and on the console, and to apply, in earnest and dry. Answers how many were sent. */
export async function sendPayloads(campaign: Campaign, agent: Agent, apiKey: string): Promise<number> {
  const { intakes, consoleUrl } = campaign.installation;
  const signed = (body: Buffer): Record<string, string> => {
    const id = campaign.id();
    return { "webhook-id": id, "geostitch-agent": agent.id, ...campaign.signature({ id, sender: agent, body }) };
  };
  const keyed = (): Record<string, string> => ({ authorization: `Bearer ${apiKey}` });
  const endpoints: readonly Endpoint[] = [
    { name: "webhook", url: `${intakes[0] ?? ""}/api/webhooks/kpi`, caseOf: ({ kpi }) => kpi, headersOf: signed },
    { name: "webhook on the console", url: `${consoleUrl}/api/webhooks/kpi`, caseOf: ({ kpi }) => kpi, headersOf: signed },
    { name: "apply", url: `${consoleUrl}/api/v1/apply`, caseOf: ({ apply }) => apply, headersOf: keyed },
    { name: "dry apply", url: `${consoleUrl}/api/v1/apply?dryRun=true`, caseOf: ({ apply }) => apply, headersOf: keyed },
  ];
  let sent = 0;
  for (const payload of PAYLOADS)
    for (const endpoint of endpoints) {
      sent += 1;
      await sendOne(campaign, endpoint, payload);
    }
  return sent;
}

async function sendOne(campaign: Campaign, endpoint: Endpoint, payload: Payload): Promise<void> {
  const { body, expected } = endpoint.caseOf(payload);
  const headers = { "content-type": "application/json", ...payload.headers, ...endpoint.headersOf(body) };
  const what = `${payload.name} to ${endpoint.name}`;
  const pieces = Array.from({ length: Math.ceil(body.length / PIECE_BYTES) }, (_, index) =>
    body.subarray(index * PIECE_BYTES, (index + 1) * PIECE_BYTES),
  );
  try {
    const answer = await request(endpoint.url, {
      method: "POST",
      headers,
      body: payload.chunked ? Readable.from(pieces) : body,
      headersTimeout: 20_000,
    });
    const text = await answer.body.text();
    if (answer.statusCode >= 500) campaign.serverErrors += 1;
    campaign.check(
      expected.includes(answer.statusCode),
      `${what}: expected ${expected.join(" or ")}, got ${answer.statusCode} ${text.slice(0, 200)}`,
    );
    if (answer.statusCode >= 400)
      campaign.check(String(answer.headers["content-type"]).startsWith("application/problem+json"), `${what}: no problem+json`);
    if (answer.statusCode === 400) campaign.check(namesPaths(text), `${what}: a 400 without a path: ${text.slice(0, 200)}`);
  } catch (error) {
    campaign.check(false, `${what}: no answer (${String(error).slice(0, 100)})`);
  }
}

function namesPaths(text: string): boolean {
  const { errors = [] } = JSON.parse(text) as { errors?: readonly { path?: unknown }[] };
  return errors.length > 0 && errors.every(({ path }) => typeof path === "string");
}
