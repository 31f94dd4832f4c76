import { randomUUID } from "node:crypto";
import { startWeb } from "../processes/web.ts";
import { problemResponse } from "./rest/handler.ts";

/** 200 only when this process can do its work: the database answers and the embedded orchestrator, if any, runs. */
export async function readiness(): Promise<Response> {
  const problem = await (await startWeb()).problem();
  return problem === null ? new Response("ok\n") : new Response(`${problem}\n`, { status: 503, headers: { "retry-after": "1" } });
}

export async function metrics(): Promise<Response> {
  const web = await startWeb();
  try {
    const { text, contentType } = await web.metrics();
    return new Response(text, { headers: { "content-type": contentType } });
  } catch (error) {
    return problemResponse(error, randomUUID(), web.services);
  }
}
