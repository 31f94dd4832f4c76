// `npm start`: installs, generates and builds where that is due, then runs everything.
import { become, build, generate, install, requireHostNode, root } from "./lib.mjs";

requireHostNode();
process.chdir(root);
await install();
await generate();
await build();
become("server/processes/up.ts");
