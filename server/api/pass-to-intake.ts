import { readBody } from "../platform/read-body.ts";
import { readWiring } from "../platform/wiring.ts";
import { problemAnswer, problemOf } from "./problem-answer.ts";

const PASSED = ["content-type", "webhook-id", "webhook-timestamp", "webhook-signature", "geostitch-agent"];

/** The intake's path on the console, where the operator wants it there (the lab's default): the bytes go on as they came. */
export async function passToIntake(request: Request): Promise<Response> {
  const wiring = process.env["GEOSTITCH_WIRING"];
  if (process.env["GEOSTITCH_CONSOLE_INTAKE"] !== "on" || wiring === undefined)
    return problemAnswer(problemOf(404, "not-found", "Not found", "the intake is not mounted here: use its own port"));
  const body = await readBody(request).catch(() => null);
  if (!body) return problemAnswer(problemOf(413, "too-large", "Too large", "expected at most 1 MiB"));
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
    return problemAnswer(problemOf(503, "intake", "Not available now", "the intake does not answer"), { "retry-after": "2" });
  }
}
