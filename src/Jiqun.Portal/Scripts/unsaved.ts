import { openDB, type DBSchema, type IDBPDatabase } from "idb";

/** What was typed into one place and is not known to be on the server. */
export interface Kept {
  field: string;
  code: string;
  text: string;
  /** What the person saw when it was typed. */
  version: number;
  /** Traces of texts that were sent and may or may not stand on the server: no answer yet, or it never came. */
  sent: string[];
  /** When it was first typed: what was typed first is sent first. */
  since: number;
}

type Key = [account: string, entry: string, field: string, code: string];
type Row = Kept & { account: string; entry: string };

interface Schema extends DBSchema {
  unsaved: { key: Key; value: Row };
}

/** What was typed and not yet acknowledged, kept on this computer: it outlives a closed window, a lost connection, an expired session. */
export class Unsaved {
  #opened: Promise<IDBPDatabase<Schema>> | undefined;
  /** What this page kept last of each place: another window may keep something else there, which is its to delete. */
  readonly #texts = new Map<string, string>();
  /** Done once nothing that was dropped is there any more. */
  #dropped: Promise<unknown> = Promise.resolve();

  /** @param account whose text it is: somebody else at the same computer does not get it. */
  constructor(
    readonly account: string,
    readonly entry: string,
  ) {}

  /** What earlier pages, or other windows, could not save; what was typed first comes first. */
  async all(): Promise<Kept[]> {
    try {
      const before = [this.account, this.entry];
      const rows = await (await this.#open()).getAll("unsaved", IDBKeyRange.bound(before, [...before, []]));
      for (const row of rows) this.#texts.set(`${row.field}:${row.code}`, row.text);
      return rows.sort((a, b) => a.since - b.since);
    } catch {
      return [];
    }
  }

  /** @returns whether it is on the disk; false when the browser keeps nothing (private window, full). */
  async keep(places: Kept[]): Promise<boolean> {
    for (const place of places) this.#texts.set(`${place.field}:${place.code}`, place.text);
    try {
      const { store, done } = (await this.#open()).transaction("unsaved", "readwrite", { durability: "strict" });
      const puts = places.map((place) => store.put({ ...place, account: this.account, entry: this.entry }));
      store.transaction.commit(); // nothing more comes: a window that closes now cannot take it back
      await Promise.all([...puts, done]);
      return true;
    } catch {
      return false;
    }
  }

  /** What is on the server now need not be kept. @returns once that, and what was dropped before, is gone: until then a page that opens would put it back. */
  async drop(places: Pick<Kept, "field" | "code">[]): Promise<void> {
    const kept = places.map(({ field, code }) => ({ key: [this.account, this.entry, field, code] as Key, text: this.#take(`${field}:${code}`) })).filter((k) => k.text !== undefined);
    if (kept.length > 0) this.#dropped = Promise.all([this.#dropped, this.#delete(kept)]);
    await this.#dropped;
  }

  async #delete(kept: { key: Key; text: string | undefined }[]): Promise<void> {
    try {
      const { store, done } = (await this.#open()).transaction("unsaved", "readwrite");
      await Promise.all([...kept.map(async ({ key, text }) => (await store.get(key))?.text === text && store.delete(key)), done]);
    } catch {
      // it is sent once more, which changes nothing
    }
  }

  #take(key: string): string | undefined {
    const text = this.#texts.get(key);
    this.#texts.delete(key);
    return text;
  }

  #open(): Promise<IDBPDatabase<Schema>> {
    const forget = () => (this.#opened = undefined);
    this.#opened ??= openDB<Schema>("jiqun", 1, {
      upgrade: (made) => void made.createObjectStore("unsaved", { keyPath: ["account", "entry", "field", "code"] }),
      terminated: forget,
    });
    this.#opened.catch(forget);
    return this.#opened;
  }
}
