export { withAddresses } from "./clients/city-addresses.ts";
export { loadWorld } from "./load-world.ts";
export { createLabControl } from "./control.ts";
export { createRelay } from "./relay/relay.ts";
export { Population } from "./clients/population.ts";
