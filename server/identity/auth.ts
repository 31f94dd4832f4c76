import { betterAuth } from "better-auth";
import { prismaAdapter } from "better-auth/adapters/prisma";
import { AppError } from "../platform/app-error.ts";
import type { Actor } from "../platform/actor.ts";
import { readBody } from "../platform/read-body.ts";
import type { Database } from "../platform/db/client.ts";
import { isRole } from "./domain/roles.ts";

const PASSWORD_LENGTH_MIN = 8;

/** People: sessions by cookie, passwords hashed by the library. Nobody signs up by themselves. */
export function createAuth(database: Database, options: { readonly secret: string }) {
  return betterAuth({
    database: prismaAdapter(database.prisma, { provider: "postgresql" }),
    secret: options.secret,
    basePath: "/api/auth",
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: PASSWORD_LENGTH_MIN },
    user: { additionalFields: { role: { type: "string", input: false, defaultValue: "viewer" } } },
    // The console is reached by whatever name its host has, so a request is trusted when it comes from the very host it asks.
    trustedOrigins: (request) => {
      const host = request?.headers.get("host");
      return host ? [`http://${host}`, `https://${host}`] : [];
    },
    session: { expiresIn: 7 * 86_400, updateAge: 86_400 },
    rateLimit: { enabled: true, window: 60, max: 600, customRules: { "/sign-in/email": { window: 60, max: 120 } } },
    // Addresses in headers are whatever the sender writes: they are not read.
    advanced: {
      disableOriginCheck: false,
      disableCSRFCheck: false,
      useSecureCookies: false,
      cookiePrefix: "geostitch",
      ipAddress: { disableIpTracking: true },
    },
    telemetry: { enabled: false },
    logger: { level: "error" },
  });
}

export type Auth = ReturnType<typeof createAuth>;

/**
 * Answers everything under `/api/auth`. A browser names its origin with every request that writes; a program names none and
 * is taken at its word, since no page can make a browser leave it out. Whatever is wrong with a sign-in is 401; a body that
 * is too long counts as none.
 */
export async function handleAuth(auth: Auth, request: Request): Promise<Response> {
  const { host, protocol, pathname } = new URL(request.url);
  const headers = new Headers(request.headers);
  const fromBrowser = ["origin", "referer", "sec-fetch-site"].some((name) => headers.has(name));
  if (request.method !== "GET" && !fromBrowser) headers.set("origin", `${protocol}//${headers.get("host") ?? host}`);
  const body = request.method === "GET" ? null : new Uint8Array(await readBody(request).catch(() => Buffer.alloc(0)));
  const answer = await auth.handler(new Request(request.url, { method: request.method, headers, body }));
  if (answer.status >= 500) throw databaseAway(new Error(`the sign-in answered ${answer.status}`));
  const isBadSignIn = pathname.endsWith("/sign-in/email") && [400, 415, 422].includes(answer.status);
  return isBadSignIn ? new Response(await answer.text(), { status: 401, headers: answer.headers }) : answer;
}

const databaseAway = (cause: unknown): AppError =>
  new AppError("unavailable", "the database does not answer", { code: "database", retryAfterSeconds: 2, cause });

export interface SessionUser {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: string;
}

/** The person behind a request's cookie, or null. */
export async function sessionUser(auth: Auth, headers: Headers): Promise<SessionUser | null> {
  // All that can go wrong here is the database: the library calls it an internal error.
  const session = await auth.api.getSession({ headers }).catch((cause: unknown) => {
    throw databaseAway(cause);
  });
  if (!session) return null;
  const { id, name, email } = session.user;
  return { id, name, email, role: session.user.role };
}

export function actorOfUser(user: SessionUser): Actor {
  return { kind: "user", id: user.id, name: user.name, role: isRole(user.role) ? user.role : null };
}

/** Makes the first administrator where there is nobody yet, with a password that is asked for only then. */
export async function ensureAdministrator(
  auth: Auth,
  database: Database,
  person: { email: string; password: () => string },
): Promise<void> {
  if ((await database.prisma.user.count()) > 0) return;
  const chosen = person.password();
  if (chosen.length < PASSWORD_LENGTH_MIN) {
    throw new AppError("bad-input", `GEOSTITCH_ADMIN_PASSWORD: expected at least ${PASSWORD_LENGTH_MIN} characters`);
  }
  const { internalAdapter, password } = await auth.$context;
  const profile = {
    email: person.email.toLowerCase(),
    name: person.email.split("@")[0] ?? "admin",
    emailVerified: true,
    role: "administrator",
  };
  const user = await internalAdapter.createUser(profile, { method: "email-password" });
  await internalAdapter.linkAccount({
    userId: user.id,
    providerId: "credential",
    accountId: user.id,
    password: await password.hash(chosen),
  });
}
