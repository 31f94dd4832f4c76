import { setImmediate as nextTurn } from "node:timers/promises";
import { Composer, isMap, isScalar, Lexer, LineCounter, Parser, visit, type Document } from "yaml";
import { messageOf } from "../platform/app-error.ts";
import { findUnfit } from "../platform/plain-data.ts";
import { findRepeatedKey } from "../platform/repeated-key.ts";
import { ok, refused, type Result } from "../platform/result.ts";

const BYTES_MAX = 1024 * 1024;
const DOCUMENTS_MAX = 5_000;
/** A few are a convenience, thousands stop this process. */
const ANCHORS_MAX = 100;

/** So many take a fraction of a second to compose, in which nothing else happens here. Documents have each their own count. */
const LEXEMES_A_DOCUMENT_MAX = 100_000;
const LEXEMES_A_TURN = 5_000;

/** YAML or JSON text, one or many documents (a list counts as many) → plain values, or why it cannot be read. */
export async function readManifestText(text: string): Promise<Result<readonly unknown[]>> {
  if (Buffer.byteLength(text) > BYTES_MAX) return unreadable("expected at most 1 MiB of manifests");
  const json = /^\s*[[{]/.test(text) ? readJson(text) : null;
  if (json) {
    const repeated = findUnfit(json.value) === null ? findRepeatedKey(text, json.value) : null;
    return repeated === null ? ok(flatten([json.value])) : unreadable(`expected each key once, ${repeated} stands twice`);
  }
  try {
    return ok(flatten(await readYaml(text)));
  } catch (error) {
    return unreadable(error instanceof RangeError ? "expected at most 32 levels of nesting" : messageOf(error));
  }
}

function readJson(text: string): { readonly value: unknown } | null {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return null;
  }
}

/** The documents' values. Throws where the text is no YAML; lets others have their turn on the way. */
async function readYaml(text: string): Promise<readonly unknown[]> {
  const lines = new LineCounter();
  lines.addNewLine(0);
  const values: unknown[] = [];
  let [documents, lexemes] = [0, 0];
  const take = (document: Document.Parsed): void => {
    lexemes = 0;
    if ((documents += 1) > DOCUMENTS_MAX) throw new Error(`expected at most ${DOCUMENTS_MAX} documents`);
    const [broken] = document.errors;
    const problem = broken ? `${broken.message}${placeOf(broken.pos[0], lines)}` : repeatedKey(document, lines);
    if (problem !== null) throw new Error(problem);
    const value = document.toJS({ maxAliasCount: ANCHORS_MAX }) as unknown;
    if (value !== null && value !== undefined) values.push(value);
  };
  const composition = compose(lines, take);
  let turn = 0;
  for (const lexeme of guarded(new Lexer().lex(text))) {
    if ((lexemes += 1) > LEXEMES_A_DOCUMENT_MAX)
      throw new Error(`expected at most ${LEXEMES_A_DOCUMENT_MAX} tokens in one document: use several, or JSON`);
    composition.next(lexeme);
    if ((turn += 1) % LEXEMES_A_TURN === 0) await nextTurn();
  }
  composition.end();
  return values;
}

/** From lexemes to documents, as the library's own `parse` makes them. */
function compose(lines: LineCounter, take: (document: Document.Parsed) => void) {
  const parser = new Parser(lines.addNewLine);
  // Keys are compared and errors placed here: the library does both in square time, which a megabyte turns into minutes.
  const composer = new Composer({ uniqueKeys: false, prettyErrors: false, stringKeys: true });
  // The first error is enough: a megabyte of quotes holds half a million of them.
  Object.assign(composer, { onError: stopAt(lines) });
  return {
    next: (lexeme: string): void => {
      for (const token of parser.next(lexeme)) for (const document of composer.next(token)) take(document);
    },
    end: (): void => {
      for (const token of parser.end()) for (const document of composer.next(token)) take(document);
      for (const document of composer.end()) take(document);
    },
  };
}

/** The library walks the whole document for each anchor and alias: they are counted before it does. */
function* guarded(lexemes: Iterable<string>): Generator<string> {
  let anchors = 0;
  let afterScalarMark = false;
  for (const lexeme of lexemes) {
    // A scalar's own text comes behind a mark of its own and may begin with anything.
    if (!afterScalarMark && /^[&*]/.test(lexeme) && (anchors += 1) > ANCHORS_MAX)
      throw new Error(`expected at most ${ANCHORS_MAX} anchors and aliases`);
    afterScalarMark = lexeme === SCALAR_MARK;
    yield lexeme;
  }
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
