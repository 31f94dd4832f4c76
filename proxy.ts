import { NextResponse, type NextRequest } from "next/server";
import { problemAnswer, problemOf } from "./server/api/problem-answer.ts";
import type { Web } from "./server/processes/web.ts";

const OPEN = /^\/(api\/|sign-in|_next\/|healthz|readyz|metrics|map\/|maplibre\/|favicon|icon\.svg|robots\.txt)/;
const SESSION_COOKIES = ["geostitch.session_token", "__Secure-geostitch.session_token"];

/**
 * Sends people without a session to the sign-in page, and back to where they wanted to go. No authorisation: that is inside
 * each procedure and page.
 */
export async function proxy(request: NextRequest): Promise<Response> {
  const { pathname, search } = request.nextUrl;
  if (!isReadable(pathname)) return unreadable();
  if (OPEN.test(pathname) || (await hasSession(request))) return NextResponse.next();
  const host = request.headers.get("host") ?? request.nextUrl.host;
  return NextResponse.redirect(
    `${request.nextUrl.protocol}//${host}/sign-in?next=${encodeURIComponent(`${pathname}${search}`)}`,
    302,
  );
}

/** A cookie alone is none: it may have run out, or be made up. An outage is for the page to tell. */
async function hasSession(request: NextRequest): Promise<boolean> {
  if (!SESSION_COOKIES.some((name) => request.cookies.has(name))) return false;
  const { geostitchWeb } = globalThis as typeof globalThis & { geostitchWeb?: Promise<Web> };
  if (!geostitchWeb) return true;
  try {
    const { services } = await geostitchWeb;
    return (await services.auth.api.getSession({ headers: request.headers })) !== null;
  } catch {
    return true;
  }
}

function isReadable(pathname: string): boolean {
  try {
    decodeURIComponent(pathname);
    return true;
  } catch {
    return false;
  }
}

function unreadable(): Response {
  const detail = "expected a path in UTF-8, percent-encoded";
  return problemAnswer({ ...problemOf(400, "bad-input", "Bad input", detail), errors: [{ path: "(path)", message: detail }] });
}
