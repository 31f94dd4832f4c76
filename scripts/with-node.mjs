// Runs a TypeScript file of the project on the Node that npm brought: `node scripts/with-node.mjs <file> [args]`.
import { become, generate, install, requireHostNode, root } from "./lib.mjs";

requireHostNode();
process.chdir(root);
await install();
await generate();
const [file, ...args] = process.argv.slice(2);
become(file, args);
