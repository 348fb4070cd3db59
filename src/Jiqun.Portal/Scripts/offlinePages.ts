/** The form pages that open without a connection: one cache for each account, of pages, of what those learned since, and of their scripts and styles. */
const prefix = "form-pages:";

export const cacheOf = (account: string) => prefix + account;

/** The address of a form page, and of no page under it. */
export const isFormPage = (path: string) => /^\/entries\/[0-9a-f-]{36}$/i.test(path);

/** Deletes the pages of everybody but this account; of everybody when null. */
export async function forgetOthers(account: string | null): Promise<void> {
  for (const name of await caches.keys()) if (name.startsWith(prefix) && (account === null || name !== cacheOf(account))) await caches.delete(name);
}
