import { readiness } from "../../server/api/health.ts";

export const dynamic = "force-dynamic";

export { readiness as GET };
