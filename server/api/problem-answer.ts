import type { Problem } from "./error-map.ts";

/** A refusal that no error stands behind; its type follows from its code. */
export const problemOf = (status: number, code: string, title: string, detail: string): Problem => ({
  type: `urn:geostitch:problem:${code}`,
  title,
  status,
  detail,
  code,
});

/** An RFC 9457 answer: every refusal under `/api` has this form. */
export function problemAnswer(problem: Problem, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: { "content-type": "application/problem+json; charset=utf-8", "cache-control": "no-store", ...headers },
  });
}
