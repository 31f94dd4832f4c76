import { metrics } from "../../server/api/health.ts";

export const dynamic = "force-dynamic";

export { metrics as GET };
