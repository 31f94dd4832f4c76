import { createLinkDialer } from "../connectivity-management/index.ts";
import type { Wiring } from "../platform/wiring.ts";
import { createEmbeddedGatewayControl } from "../routing-layer/drivers/embedded/control-client.ts";

/**
 * Whether the entry at each of the places has the routes of the first, or later ones. Each takes a snapshot in its own time,
 * and until the farthest has it, its users are told that nothing serves.
 */
export async function hasRoutesEverywhere({ gateway }: Wiring, places: readonly string[]): Promise<boolean> {
  const dialer = createLinkDialer(null);
  try {
    const control = createEmbeddedGatewayControl({ adminUrl: gateway.adminUrl, token: gateway.token, dialer, place: null });
    const versions = new Map((await control.statuses()).map(({ entry, version }) => [entry, version]));
    const [first = ""] = places;
    const wanted = versions.get(first) ?? 0;
    return wanted > 0 && places.every((place) => (versions.get(place) ?? 0) >= wanted);
  } catch {
    return false;
  } finally {
    await dialer.close();
  }
}
