import type { Change } from "./server";

/** What was typed and not yet acknowledged, kept on this computer: it outlives a closed window, a lost connection, an expired session. */
export class Unsaved {
  readonly #key: string;

  /** @param account whose text it is: somebody else at the same computer does not get it. */
  constructor(account: string, entry: string) {
    this.#key = `jiqun:${account}:${entry}`;
  }

  all(): Change[] {
    try {
      const kept = JSON.parse(localStorage.getItem(this.#key) ?? "[]") as Change[];
      return Array.isArray(kept) ? kept.filter((c) => typeof c?.field === "string" && typeof c.text === "string" && typeof c.version === "number") : [];
    } catch {
      return [];
    }
  }

  /** @returns false when the browser keeps nothing (private window, full). */
  keep(changes: Change[]): boolean {
    try {
      if (changes.length === 0) localStorage.removeItem(this.#key);
      else localStorage.setItem(this.#key, JSON.stringify(changes));
      return true;
    } catch {
      return false;
    }
  }
}
