import { cacheOf, forgetOthers, isFormPage } from "./offlinePages";

declare const self: ServiceWorkerGlobalScope;

/** Milliseconds after which a line counts as dead, when there is a page to be given instead. */
const patience = 5000;
/** Form pages that are kept of one account; the one that was opened longest ago goes first. */
const mostPages = 10;

// What has no handler here goes its way as if there were no worker.
self.addEventListener("install", () => void self.skipWaiting());
self.addEventListener("message", (event) => {
  const path: unknown = event.data;
  if (typeof path === "string" && isFormPage(path)) event.waitUntil(keepAnswer(path, fetch(path, { redirect: "manual" })));
});
self.addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  const { origin, pathname, search } = new URL(url);
  if (method !== "GET" || origin !== self.location.origin) return;
  if (mode === "navigate" && isFormPage(pathname)) event.respondWith(formPage(event, pathname));
  else if (pathname.startsWith("/assets/") && search.startsWith("?v=")) event.respondWith(asset(event.request));
});

/** From the server; when it cannot be reached, as it was kept. */
async function formPage(event: FetchEvent, path: string): Promise<Response> {
  const asked = fetch(event.request);
  event.waitUntil(keepAnswer(path, asked));
  const kept = await caches.match(path);
  if (kept === undefined) return asked;
  const answer = await Promise.race([asked, new Promise<undefined>((late) => setTimeout(late, patience))]).catch(() => undefined);
  if (answer !== undefined && ![502, 503, 504].includes(answer.status)) return answer;
  const text = await kept.text();
  return new Response(text.replace("<body ", "<body data-kept "), { headers: kept.headers });
}

/** Their addresses change with their content. */
async function asset(request: Request): Promise<Response> {
  return (await caches.match(request, { ignoreVary: true })) ?? fetch(request);
}

async function keepAnswer(path: string, asked: Promise<Response>): Promise<void> {
  try {
    await keep(path, await asked.then((answer) => answer.clone()));
  } catch {
    // no connection, or no room: what was kept before stays
  }
}

async function keep(path: string, answer: Response): Promise<void> {
  const text = answer.ok ? await answer.text() : "";
  const account = /<body data-account="([^"]+)"/.exec(text)?.[1];
  if (account === undefined || !text.includes(" data-state")) {
    // submitted, closed, not this person's any more; nothing is known of it when the server is in trouble
    if (answer.status < 300 || answer.status === 404) for (const name of await caches.keys()) await (await caches.open(name)).delete(path);
    return;
  }
  await forgetOthers(account);
  const cache = await caches.open(cacheOf(account));
  for (const [, address] of text.matchAll(/"(\/assets\/[^"]+)"/g)) if ((await cache.match(address!, { ignoreVary: true })) === undefined) await cache.add(address!);
  await cache.put(path, new Response(text, { headers: answer.headers }));
  await prune(cache);
}

/** Deletes pages that are too many, what they learned, and what no page needs any more. */
async function prune(cache: Cache): Promise<void> {
  const kept = (await cache.keys()).map((request) => request.url.slice(self.location.origin.length));
  const pages = kept.filter(isFormPage).slice(-mostPages);
  const texts = await Promise.all(pages.map(async (page) => (await cache.match(page))!.text()));
  const isUsed = (address: string) =>
    pages.some((page, i) => address === page || address === `${page}/changes?after=${/data-revision="(\d+)"/.exec(texts[i]!)?.[1]}`) || texts.some((text) => text.includes(`"${address}"`));
  for (const address of kept) if (!isUsed(address)) await cache.delete(address);
}
