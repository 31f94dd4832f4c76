export { createConnectivity, type Connectivity } from "./connectivity.ts";
export { createLinkDialer, type LinkDialer, type LinkTarget, type RelayAddress } from "./link-dialer.ts";
export { createRoundTrips, type RoundTrips } from "./round-trips.ts";
export type { MeasuredLinks } from "./ports.ts";
