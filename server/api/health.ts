import { startWeb } from "../processes/web.ts";

/** 200 only when this process can do its work: the database answers and the embedded orchestrator, if any, runs. */
export async function readiness(): Promise<Response> {
  const problem = await (await startWeb()).problem();
  return problem === null ? new Response("ok\n") : new Response(`${problem}\n`, { status: 503, headers: { "retry-after": "1" } });
}

export async function metrics(): Promise<Response> {
  const { text, contentType } = await (await startWeb()).metrics();
  return new Response(text, { headers: { "content-type": contentType } });
}
