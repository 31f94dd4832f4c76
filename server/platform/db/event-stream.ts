import pg from "pg";
import type { Logger } from "../logger.ts";
import { EVENT_CHANNEL } from "./events.ts";

export interface StoredEvent {
  readonly seq: number;
  readonly type: string;
  readonly at: string;
  readonly subject: string;
  readonly component: string | null;
  readonly data: unknown;
}

export interface EventStream {
  /** Calls `onEvent` for everything newer than `after` (null: from now on), each once and in order. Answers the way to stop. */
  subscribe(after: number | null, onEvent: (event: StoredEvent) => void): Promise<() => void>;
  /** The newest events about one subject, oldest first. */
  about(subject: string, limit: number): Promise<StoredEvent[]>;
  /** The number of the newest event; 0 before the first. */
  newest(): Promise<number>;
  /** Whether events after `seq` are all still here. */
  covers(seq: number): Promise<boolean>;
  stop(): Promise<void>;
}

interface Row {
  seq: string;
  type: string;
  at: Date;
  subject: string;
  component: string | null;
  data: unknown;
}

const PAGE = 500;
/** A notice may be lost with its connection: the table is read at least this often. */
const POLL_MS = 1_000;

/** Reads the event table in its own order and hands it to any number of listeners; woken by NOTIFY, safe without it. */
export function createEventStream(pool: pg.Pool, databaseUrl: string, logger: Logger): EventStream {
  const listeners = new Set<(event: StoredEvent) => void>();
  let last: number | null = null;
  let reading: Promise<void> = Promise.resolve();
  let queued = false;
  const read = async (): Promise<void> => {
    queued = false;
    last ??= await newest(pool);
    for (let page = await after(pool, last); page.length > 0; page = await after(pool, last)) {
      for (const event of page) {
        last = event.seq;
        for (const listener of listeners) listener(event);
      }
      if (page.length < PAGE) break;
    }
  };
  const wake = (): void => {
    if (queued) return;
    queued = true;
    reading = reading
      .then(read)
      .catch((error: unknown) => logger.warn({ err: error }, "the event stream could not be read and will be tried again"));
  };
  const timer = setInterval(wake, POLL_MS);
  const listener = listen(databaseUrl, wake, logger);
  wake();
  return {
    subscribe: async (from, onEvent) => {
      await reading;
      const entry = createEntry(from, onEvent);
      listeners.add(entry.live);
      try {
        if (from !== null) await replay(pool, from, entry.missed);
      } catch (error) {
        listeners.delete(entry.live);
        throw error;
      }
      entry.open();
      return () => listeners.delete(entry.live);
    },
    newest: () => newest(pool),
    about: (subject, limit) => about(pool, subject, limit),
    covers: (seq) => covers(pool, seq),
    stop: async () => {
      clearInterval(timer);
      await listener.stop();
    },
  };
}

/**
 * One reader's way in. It listens before it catches up: what happens while it reads what it missed waits here, or it would
 * be in neither of the two. What comes by both is handed on once.
 */
export function createEntry(from: number | null, onEvent: (event: StoredEvent) => void) {
  let position = from ?? 0;
  let waiting: StoredEvent[] | null = from === null ? null : [];
  const handOn = (event: StoredEvent): void => {
    if (event.seq <= position) return;
    position = event.seq;
    onEvent(event);
  };
  return {
    missed: handOn,
    live: (event: StoredEvent): void => {
      if (waiting) waiting.push(event);
      else handOn(event);
    },
    open: (): void => {
      const held = waiting ?? [];
      waiting = null;
      held.forEach(handOn);
    },
  };
}

/** Everything behind `from`, page by page. */
async function replay(pool: pg.Pool, from: number, onEvent: (event: StoredEvent) => void): Promise<void> {
  let at = from;
  for (;;) {
    const page = await after(pool, at);
    page.forEach(onEvent);
    const end = page.at(-1);
    if (!end || page.length < PAGE) return;
    at = end.seq;
  }
}

async function about(pool: pg.Pool, subject: string, limit: number): Promise<StoredEvent[]> {
  const { rows } = await pool.query<Row>("select * from event where subject = $1 order by seq desc limit $2", [subject, limit]);
  return rows.map(toEvent).reverse();
}

async function covers(pool: pg.Pool, seq: number): Promise<boolean> {
  const { rows } = await pool.query<{ oldest: string | null; newest: string | null }>(
    "select min(seq) as oldest, max(seq) as newest from event",
  );
  const [bounds] = rows;
  return bounds !== undefined && bounds.oldest !== null && seq >= Number(bounds.oldest) - 1 && seq <= Number(bounds.newest);
}

async function newest(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query<{ seq: string | null }>("select max(seq) as seq from event");
  return Number(rows[0]?.seq ?? 0);
}

async function after(pool: pg.Pool, seq: number): Promise<StoredEvent[]> {
  const { rows } = await pool.query<Row>(
    "select seq, type, at, subject, component, data from event where seq > $1 order by seq limit $2",
    [seq, PAGE],
  );
  return rows.map(toEvent);
}

const toEvent = (row: Row): StoredEvent => ({ ...row, seq: Number(row.seq), at: row.at.toISOString() });

/** One connection that listens, made again when it breaks. */
function listen(databaseUrl: string, wake: () => void, logger: Logger): { stop(): Promise<void> } {
  let client: pg.Client | null = null;
  let stopped = false;
  const connect = async (): Promise<void> => {
    if (stopped) return;
    const next = new pg.Client({ connectionString: databaseUrl, application_name: "geostitch-events", keepAlive: true });
    client = next;
    next.on("notification", wake);
    next.on("error", () => undefined);
    next.on("end", () => {
      if (!stopped) setTimeout(() => void connect(), 1_000);
    });
    try {
      await next.connect();
      await next.query(`listen ${EVENT_CHANNEL}`);
    } catch (error) {
      logger.warn({ err: error }, "cannot listen for events; reading them once a second");
    }
  };
  void connect();
  return {
    stop: async () => {
      stopped = true;
      await client?.end().catch(() => undefined);
    },
  };
}
