import { headers } from "next/headers";
import { handleAuth, sessionUser } from "../identity/index.ts";
import { services } from "./services.ts";

/** The signed-in person of the page that is being rendered, or null. */
export async function currentSession() {
  const user = await sessionUser((await services()).auth, await headers());
  return user ? { user } : null;
}

/** Sign-in, sign-out and the session, under `/api/auth`. */
export async function answerAuth(request: Request): Promise<Response> {
  return await handleAuth((await services()).auth, request);
}
