import { startWeb } from "../processes/web.ts";
import type { Services } from "./context.ts";

/** The one instance of this process's services: routes and the instrumentation hook are bundled apart, so it lives on the global object. */
export async function services(): Promise<Services> {
  return (await startWeb()).services;
}
