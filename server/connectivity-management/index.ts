export { createLinkDialer, type LinkDialer, type LinkTarget, type RelayAddress } from "./link-dialer.ts";
