import type { IncomingMessage, ServerResponse } from "node:http";
import { passToAdmin } from "./pass-to-admin.ts";
import type { SupervisedInstance } from "./supervised-instance.ts";

/** Who owns the state is the host's to remember, too: it opens its owner again when that starts anew, and never one that was sealed. */
export async function toAdmin(
  instance: SupervisedInstance,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  path: string,
): Promise<void> {
  const route = `${incoming.method ?? ""} ${path}`;
  if (route === "POST /geostitch/seal") await instance.close();
  const { adminPort: port, token } = instance.stored;
  const status = await passToAdmin({ incoming, outgoing, port, token, path });
  if (route === "POST /geostitch/activate" && status === 200) instance.open(Number(incoming.headers["geostitch-epoch"]));
}
