export { actorOfUser, createAuth, ensureAdministrator, sessionUser, type Auth, type SessionUser } from "./auth.ts";
export { createApiKeys, type ApiKeys } from "./api-keys.ts";
