// Makes the smallest form of each built file once, at the build: what everybody loads is not compressed again at each request.
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const FOLDERS = [".next/static", "public/maplibre", "public/map"];
const WORTH_BYTES = 1_024;

for (const folder of FOLDERS) {
  for (const name of readdirSync(folder, { recursive: true })) {
    const path = join(folder, name);
    if (!/\.(m?js|css|json|svg)$/.test(name) || statSync(path).size < WORTH_BYTES) continue;
    const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
    const content = readFileSync(path);
    writeFileSync(`${path}.br`, brotliCompressSync(content, { params }));
    // Browsers ask for Brotli only where nobody between could spoil it: over TLS, and on their own machine.
    writeFileSync(`${path}.gz`, gzipSync(content, { level: constants.Z_BEST_COMPRESSION }));
  }
}
