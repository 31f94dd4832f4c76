import { z } from "zod";

/** An RFC 3339 time: any offset, any fraction, `t` and `z` in either case. */
export const timeSchema = z
  .string()
  .meta({ format: "date-time" })
  .transform((text) => text.toUpperCase())
  .pipe(z.iso.datetime({ offset: true, message: "expected an RFC 3339 time" }))
  // PostgreSQL has no year 0.
  .refine((text) => !text.startsWith("0000"), { message: "expected a time after the year 0" });
