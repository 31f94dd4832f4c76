import { NextResponse, type NextRequest } from "next/server";
import type { Web } from "./server/processes/web.ts";

const OPEN = /^\/(api\/|sign-in|_next\/|healthz|readyz|metrics|map\/|maplibre\/|favicon|icon\.svg|robots\.txt)/;
const SESSION_COOKIES = ["geostitch.session_token", "__Secure-geostitch.session_token"];

/**
 * Sends people without a session to the sign-in page, and back to where they wanted to go. No authorisation: that is inside
 * each procedure and page.
 */
export async function proxy(request: NextRequest): Promise<NextResponse> {
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

function unreadable(): NextResponse {
  const detail = "expected a path in UTF-8, percent-encoded";
  const errors = [{ path: "(path)", message: detail }];
  const problem = { type: "urn:geostitch:problem:bad-input", title: "Bad input", status: 400, detail, code: "bad-input", errors };
  return new NextResponse(JSON.stringify(problem), { status: 400, headers: { "content-type": "application/problem+json" } });
}
