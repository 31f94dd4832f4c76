import { AppError } from "../platform/app-error.ts";

/** A browser sends the cookie along with a form of any page: writing needs the request to come from the console itself. */
export function refuseForeignOrigin(request: Request): void {
  const reads = ["GET", "HEAD", "OPTIONS"].includes(request.method);
  if (reads || request.headers.get("authorization") !== null) return;
  const origin = request.headers.get("origin");
  const site = request.headers.get("sec-fetch-site");
  // The origin of a page without one, a sandboxed frame above all, is the word `null`.
  const foreignOrigin = origin !== null && (!URL.canParse(origin) || new URL(origin).host !== request.headers.get("host"));
  const foreignSite = site !== null && site !== "same-origin" && site !== "none";
  if (foreignOrigin || foreignSite)
    throw new AppError("forbidden", "a request with a session must come from the console itself", { code: "origin" });
}
