export type { RoutingControl } from "./control-port.ts";
export { createRoutingView, type RoutingView, type UserPlace } from "./routing-view.ts";
