import type { NextConfig } from "next";
import { SECURITY_HEADERS } from "./server/platform/security-headers.ts";

const config: NextConfig = {
  serverExternalPackages: ["pg", "pino", "better-auth", "h3-js", "prom-client"],
  poweredByHeader: false,
  typescript: { ignoreBuildErrors: true },
  headers: () => Promise.resolve([{ source: "/:path*", headers: [...SECURITY_HEADERS] }]),
};

export default config;
