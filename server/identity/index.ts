export { actorOfUser, createAuth, ensureAdministrator, handleAuth, sessionUser, type Auth } from "./auth.ts";
export { createApiKeys, type ApiKeys } from "./api-keys.ts";
