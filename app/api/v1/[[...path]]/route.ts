import { handleRest } from "../../../../server/api/rest/handler.ts";
import { services } from "../../../../server/api/services.ts";

export const dynamic = "force-dynamic";

async function handle(request: Request, context: { params: Promise<{ path?: string[] }> }): Promise<Response> {
  return await handleRest(request, (await context.params).path ?? [], await services());
}

export { handle as GET, handle as POST, handle as DELETE, handle as PUT, handle as PATCH, handle as HEAD, handle as OPTIONS };
