import { NextResponse, type NextRequest } from "next/server";

const OPEN = /^\/(api\/|sign-in|_next\/|healthz|readyz|metrics|map\/|maplibre\/|favicon)/;
const SESSION_COOKIES = ["geostitch.session_token", "__Secure-geostitch.session_token"];

/** Sends people without a session to the sign-in page. No authorisation: that is inside each procedure and page. */
export function proxy(request: NextRequest): NextResponse {
  const { pathname, search } = request.nextUrl;
  if (OPEN.test(pathname) || SESSION_COOKIES.some((name) => request.cookies.has(name))) return NextResponse.next();
  const host = request.headers.get("host") ?? request.nextUrl.host;
  return NextResponse.redirect(
    `${request.nextUrl.protocol}//${host}/sign-in?next=${encodeURIComponent(`${pathname}${search}`)}`,
    302,
  );
}
