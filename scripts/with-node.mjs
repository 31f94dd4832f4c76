// Runs a TypeScript file of the project on the Node that npm brought: `node scripts/with-node.mjs <file> [args]`; with `--build`
// among the arguments the console is built before.
import { become, build, generate, install, requireHostNode, root } from "./lib.mjs";

requireHostNode();
process.chdir(root);
await install();
await generate();
const [file, ...args] = process.argv.slice(2);
if (args.includes("--build")) await build();
become(
  file,
  args.filter((argument) => argument !== "--build"),
);
