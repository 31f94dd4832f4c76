import { z } from "zod";
import { manifestSchemas } from "../../component-registry/domain/manifest.ts";

/** The JSON Schema of a manifest's kind, as a person writes it; the kind in any case, with or without hyphens. */
export function schemaOfKind(file: string): unknown {
  const wanted = file
    .replace(/\.json$/, "")
    .replaceAll("-", "")
    .toLowerCase();
  const kind = (Object.keys(manifestSchemas) as (keyof typeof manifestSchemas)[]).find((name) => name.toLowerCase() === wanted);
  if (!file.endsWith(".json") || !kind) return null;
  return { title: kind, ...z.toJSONSchema(manifestSchemas[kind], { io: "input", unrepresentable: "any" }) };
}
