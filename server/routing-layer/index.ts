export type { RoutingControl } from "./control-port.ts";
