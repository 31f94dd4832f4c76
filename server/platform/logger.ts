import { pino, type Logger } from "pino";

export type { Logger };

/** JSON lines on standard error, secrets redacted: standard output belongs to the supervisor's own lines. */
export function createLogger(process_: string): Logger {
  return pino(
    {
      level: process.env["GEOSTITCH_LOG_LEVEL"] ?? "info",
      base: { process: process_, pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: {
        paths: [
          "password",
          "secret",
          "token",
          "authorization",
          "*.password",
          "*.secret",
          "*.token",
          "*.authorization",
          "headers.cookie",
        ],
        censor: "(redacted)",
      },
    },
    pino.destination({ fd: 2, sync: true }),
  );
}
