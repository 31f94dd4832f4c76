import { pino, type Logger } from "pino";

export type { Logger };

/** A log that cannot be written, on a full disk above all, is no reason to stop the work that it tells of. */
function destination(): ReturnType<typeof pino.destination> {
  const stream = pino.destination({ fd: 2, sync: true });
  stream.on("error", () => undefined);
  for (const standard of [process.stdout, process.stderr])
    if (standard.listenerCount("error") === 0) standard.on("error", () => undefined);
  return stream;
}

/** JSON lines on standard error, secrets redacted: standard output belongs to the supervisor's own lines. */
export function createLogger(process_: string): Logger {
  return pino(
    {
      level: process.env["GEOSTITCH_LOG_LEVEL"] || "info",
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
    destination(),
  );
}
