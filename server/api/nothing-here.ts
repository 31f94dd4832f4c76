/** Programs ask under `/api`: what is not there is told to them as every other refusal, not as a page. */
export function answerNothing(request: Request): Response {
  const detail = `nothing is at ${new URL(request.url).pathname}`;
  const problem = { type: "urn:geostitch:problem:not-found", title: "Not found", status: 404, detail, code: "not-found" };
  const headers = { "content-type": "application/problem+json; charset=utf-8", "cache-control": "no-store" };
  return new Response(request.method === "HEAD" ? null : JSON.stringify(problem), { status: 404, headers });
}
