import { actorOfUser, sessionUser } from "../identity/index.ts";
import type { Actor } from "../platform/actor.ts";
import type { Services } from "./context.ts";

/** Who a request speaks for: an API key where one is given (and then nothing else counts), else the session's person. */
export async function resolveActor(request: Request, services: Pick<Services, "auth" | "keys">): Promise<Actor | null> {
  const authorization = request.headers.get("authorization");
  if (authorization !== null) {
    const [scheme, key] = authorization.split(" ");
    return scheme?.toLowerCase() === "bearer" && key ? await services.keys.verify(key) : null;
  }
  const user = await sessionUser(services.auth, request.headers);
  return user ? actorOfUser(user) : null;
}
