import { problemAnswer, problemOf } from "./problem-answer.ts";

/** Programs ask under `/api`: what is not there is told to them as every other refusal, not as a page. */
export function answerNothing(request: Request): Response {
  const answer = problemAnswer(problemOf(404, "not-found", "Not found", `nothing is at ${new URL(request.url).pathname}`));
  return request.method === "HEAD" ? new Response(null, answer) : answer;
}
