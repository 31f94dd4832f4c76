import type { NextConfig } from "next";
import { SECURITY_HEADERS } from "./server/platform/security-headers.ts";

/** What `scripts/build-assets.ts` makes of MapLibre. */
export const MAP_LIBRARY = "./node_modules/.cache/geostitch/maplibre-gl.mjs";

const config: NextConfig = {
  turbopack: { resolveAlias: { "maplibre-gl": MAP_LIBRARY } },
  serverExternalPackages: ["pg", "pino", "better-auth", "h3-js", "prom-client"],
  poweredByHeader: false,
  typescript: { ignoreBuildErrors: true },
  headers: () => Promise.resolve([{ source: "/:path*", headers: [...SECURITY_HEADERS] }]),
};

export default config;
