import { readBody } from "../platform/read-body.ts";
import { readWiring } from "../platform/wiring.ts";

const PASSED = ["content-type", "webhook-id", "webhook-timestamp", "webhook-signature", "geostitch-agent"];

/** The intake's path on the console, where the operator wants it there (the lab's default): the bytes go on as they came. */
export async function passToIntake(request: Request): Promise<Response> {
  const wiring = process.env["GEOSTITCH_WIRING"];
  if (process.env["GEOSTITCH_CONSOLE_INTAKE"] !== "on" || wiring === undefined)
    return problem(404, "not-found", "the intake is not mounted here: use its own port");
  const body = await readBody(request).catch(() => null);
  if (!body) return problem(413, "too-large", "expected at most 1 MiB");
  const headers = Object.fromEntries(
    PASSED.flatMap((name) => (request.headers.get(name) === null ? [] : [[name, request.headers.get(name) ?? ""]])),
  );
  try {
    const answer = await fetch(`${readWiring(wiring).intake.url}/api/webhooks/kpi`, {
      method: "POST",
      headers,
      body: new Uint8Array(body),
      signal: AbortSignal.timeout(10_000),
    });
    const retry = answer.headers.get("retry-after");
    return new Response(await answer.arrayBuffer(), {
      status: answer.status,
      headers: {
        "content-type": answer.headers.get("content-type") ?? "application/json",
        ...(retry === null ? {} : { "retry-after": retry }),
      },
    });
  } catch {
    return problem(503, "intake", "the intake does not answer", { "retry-after": "2" });
  }
}

function problem(status: number, code: string, detail: string, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify({ type: `urn:geostitch:problem:${code}`, title: code, status, detail, code }), {
    status,
    headers: { ...headers, "content-type": "application/problem+json" },
  });
}
