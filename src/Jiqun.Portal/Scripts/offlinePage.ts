import { cacheOf } from "./offlinePages";
import { type DraftState, type PlaceState } from "./server";

/** This form page as it opens without a connection: the page as it came, and what it learned since. */
export class OfflinePage {
  readonly #places = new Map<string, PlaceState>();
  /** As the server would be asked by this page when it has just come. */
  readonly #changes: string;

  /** @param revision of the page as it came. */
  constructor(
    readonly account: string,
    readonly address: string,
    revision: number,
  ) {
    this.#changes = `${address}/changes?after=${revision}`;
  }

  /** Has it open without a connection from now on. */
  async keep(): Promise<void> {
    const worker = navigator.serviceWorker as ServiceWorkerContainer | undefined; // there is none where the line is not safe
    if (worker === undefined) return;
    try {
      await worker.register("/offline.js");
      const { active } = await worker.ready;
      if (worker.controller === null) active!.postMessage(this.address); // it did not see this page come
    } catch {
      // no worker, no page without a connection
    }
  }

  /** What was learned since the page came; null when nothing was. */
  async learned(): Promise<DraftState | null> {
    const kept = await caches.match(this.#changes);
    if (kept === undefined) return null;
    const state = (await kept.json()) as DraftState;
    this.#add(state.places);
    return state;
  }

  /** Notes what the server said. @param revision up to which everything is known. */
  async learn(state: DraftState, revision: number): Promise<void> {
    this.#add(state.places);
    const learned: DraftState = { ...state, revision, places: [...this.#places.values()], conflicts: [], refused: [] };
    try {
      const name = cacheOf(this.account);
      if (await caches.has(name)) await (await caches.open(name)).put(this.#changes, Response.json(learned)); // it is gone once somebody signed out
    } catch {
      // the page opens as it came
    }
  }

  #add(places: PlaceState[]): void {
    for (const place of places) this.#places.set(`${place.field}:${place.code}`, { ...place, by: null });
  }
}
