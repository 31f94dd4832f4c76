import { randomUUID } from "node:crypto";
import { headers } from "next/headers";
import packageJson from "../../package.json" with { type: "json" };
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

/** What the sign-in page may tell of this installation before anybody has signed in: no counts, no traffic. */
export async function aboutThis(): Promise<{ world: string; lab: boolean; version: string }> {
  const { world } = await services();
  return { world: world.name, lab: world.lab, version: packageJson.version };
}
