import { Composer, isMap, isScalar, Lexer, LineCounter, Parser, visit, type Document } from "yaml";
import { messageOf } from "../platform/app-error.ts";
import { ok, refused, type Result } from "../platform/result.ts";

const BYTES_MAX = 1024 * 1024;
const DOCUMENTS_MAX = 5_000;
/** The library walks the whole document for each anchor and alias: a few are a convenience, thousands stop this process. */
const ANCHORS_MAX = 100;

/** YAML or JSON text, one or many documents (a list counts as many) → plain values, or why it cannot be read. */
export function readManifestText(text: string): Result<readonly unknown[]> {
  if (Buffer.byteLength(text) > BYTES_MAX) return unreadable("expected at most 1 MiB of manifests");
  try {
    return /^\s*[[{]/.test(text) ? ok(flatten([JSON.parse(text)])) : readYaml(text);
  } catch (error) {
    if (error instanceof SyntaxError) return readYaml(text);
    return unreadable(`cannot be read: ${messageOf(error)}`);
  }
}

function readYaml(text: string): Result<readonly unknown[]> {
  const lines = new LineCounter();
  const values: unknown[] = [];
  let count = 0;
  try {
    // Keys are compared here and errors are placed here: the library does both in square time, which a megabyte turns into minutes.
    const composer = new Composer({ uniqueKeys: false, prettyErrors: false, stringKeys: true });
    // The first error is enough: a megabyte of quotes holds half a million of them.
    Object.assign(composer, { onError: stopAt(lines) });
    for (const document of composer.compose(tokensOf(text, lines))) {
      if ((count += 1) > DOCUMENTS_MAX) return unreadable(`expected at most ${DOCUMENTS_MAX} documents`);
      const [broken] = document.errors;
      const problem = broken ? `${broken.message}${placeOf(broken.pos[0], lines)}` : repeatedKey(document, lines);
      if (problem !== null) return unreadable(problem);
      const value = document.toJS({ maxAliasCount: ANCHORS_MAX }) as unknown;
      if (value !== null && value !== undefined) values.push(value);
    }
    return ok(flatten(values));
  } catch (error) {
    return unreadable(error instanceof RangeError ? "expected at most 32 levels of nesting" : messageOf(error));
  }
}

/** The text's tokens, as the library's own `parse` makes them, counted on the way. */
function* tokensOf(text: string, lines: LineCounter) {
  const parser = new Parser(lines.addNewLine);
  let anchors = 0;
  let afterScalarMark = false;
  lines.addNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    // A scalar's own text comes behind a mark of its own and may begin with anything.
    if (!afterScalarMark && /^[&*]/.test(lexeme) && (anchors += 1) > ANCHORS_MAX)
      throw new Error(`expected at most ${ANCHORS_MAX} anchors and aliases`);
    afterScalarMark = lexeme === SCALAR_MARK;
    yield* parser.next(lexeme);
  }
  yield* parser.end();
}

const SCALAR_MARK = "\u001f";

type Place = number | readonly [number, number] | { readonly offset: number };

/** Where the library reports what it finds; a warning is about a tag that we do not know, whose value is checked all the same. */
function stopAt(lines: LineCounter) {
  let first: Error | null = null;
  return (place: Place, _code: string, message: string, isWarning?: boolean): void => {
    if (isWarning) return;
    const at = typeof place === "number" ? place : "offset" in place ? place.offset : place[0];
    // The library catches what is thrown below a node and reports it once more, for the node.
    first ??= new Error(`${message}${placeOf(at, lines)}`);
    throw first;
  };
}

/** A key that stands twice in one map: which of the two was meant is not ours to guess. */
function repeatedKey(document: Document.Parsed, lines: LineCounter): string | null {
  let found: string | null = null;
  visit(document, {
    Map: (_key, map) => {
      const seen = new Set<unknown>();
      for (const { key } of map.items) {
        const value = isScalar(key) ? key.value : key;
        if (seen.has(value)) {
          const at = isScalar(key) || isMap(key) ? (key.range?.[0] ?? 0) : 0;
          found = `Map keys must be unique, ${JSON.stringify(value)} stands twice${placeOf(at, lines)}`;
          return visit.BREAK;
        }
        seen.add(value);
      }
      return undefined;
    },
  });
  return found;
}

function placeOf(offset: number, lines: LineCounter): string {
  const { line, col } = lines.linePos(offset);
  return line > 0 ? ` at line ${line}, column ${col}` : "";
}

const flatten = (values: readonly unknown[]): readonly unknown[] =>
  values.flatMap((value) => (Array.isArray(value) ? (value as unknown[]) : [value]));

const unreadable = (message: string): Result<never> => refused([{ code: "bad-input", path: "(document)", message }]);
