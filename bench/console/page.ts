import type { Browser, Page } from "@playwright/test";
import { PERSON } from "../../e2e/fixtures/browser.ts";

/** A page of somebody who is signed in, with nothing in its cache. */
export async function signedInPage(browser: Browser, url: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const answer = await context.request.post(`${url}/api/auth/sign-in/email`, { data: PERSON });
  if (!answer.ok()) throw new Error(`sign-in answered ${answer.status()}`);
  return await context.newPage();
}
