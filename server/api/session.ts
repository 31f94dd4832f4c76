import { randomUUID } from "node:crypto";
import { headers } from "next/headers";
import { handleAuth, sessionUser } from "../identity/index.ts";
import { problemResponse } from "./rest/handler.ts";
import { services } from "./services.ts";

/** The signed-in person of the page that is being rendered, or null. */
export async function currentSession() {
  const user = await sessionUser((await services()).auth, await headers());
  return user ? { user } : null;
}

/** Sign-in, sign-out and the session, under `/api/auth`. */
export async function answerAuth(request: Request): Promise<Response> {
  const { auth, logger } = await services();
  return await handleAuth(auth, request).catch((error: unknown) => problemResponse(error, randomUUID(), { logger }));
}
