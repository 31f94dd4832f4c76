import { services } from "../../../../server/api/services.ts";

export const dynamic = "force-dynamic";

async function handle(request: Request): Promise<Response> {
  return await (await services()).auth.handler(request);
}

export { handle as GET, handle as POST };
