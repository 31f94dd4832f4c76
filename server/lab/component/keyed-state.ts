/** What the journal's lines mean: documents by key, each with its items and the log of what was applied. */

interface WriteLine {
  /** Key of the document, such as a user. */
  readonly d: string;
  /** Idempotency key. */
  readonly k: string;
  readonly i: string;
  readonly q: number;
}

export interface Applied {
  readonly revision: number;
  readonly key: string;
  readonly item: string;
  readonly quantity: number;
}

export interface Document {
  readonly items: Map<string, number>;
  readonly log: Applied[];
}

export class KeyedState {
  readonly #documents = new Map<string, Document>();
  /** Revision by idempotency key, so that the same key is never applied twice, here or after a move. */
  readonly #revisions = new Map<string, number>();
  #cached = 0;

  get count(): number {
    return this.#documents.size + this.#cached;
  }

  revisionOf(document: string, key: string): number | undefined {
    return this.#revisions.get(`${document}\n${key}`);
  }

  read(document: string): { revision: number; items: { item: string; quantity: number }[]; log: readonly Applied[] } {
    const found = this.#documents.get(document);
    if (!found) return { revision: 0, items: [], log: [] };
    return {
      revision: found.log.length,
      items: [...found.items].map(([item, quantity]) => ({ item, quantity })),
      log: found.log,
    };
  }

  lineOf(document: string, key: string, item: string, quantity: number): string {
    return JSON.stringify({ d: document, k: key, i: item, q: quantity } satisfies WriteLine);
  }

  apply(line: string): number {
    const { d, k, i, q } = JSON.parse(line) as WriteLine;
    const document = this.#documents.get(d) ?? { items: new Map<string, number>(), log: [] };
    this.#documents.set(d, document);
    document.items.set(i, (document.items.get(i) ?? 0) + q);
    const revision = document.log.length + 1;
    document.log.push({ revision, key: k, item: i, quantity: q });
    this.#revisions.set(`${d}\n${k}`, revision);
    return revision;
  }
}
