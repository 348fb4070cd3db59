import { startEntry } from "./entry";
import { follow } from "./jobs";
import { forgetOthers } from "./offlinePages";
import { startPicker } from "./picker";
import { uploads } from "./upload";

for (const page of document.querySelectorAll<HTMLElement>("[data-entry]")) startEntry(page);
for (const place of document.querySelectorAll<HTMLElement>("[data-picker]")) startPicker(place);
uploads(document);
for (const jobs of document.querySelectorAll<HTMLElement>("[data-jobs]")) follow(jobs);

// nobody opens without a connection what another account filled in at this computer
if ("caches" in window) {
  const account = document.body.dataset["account"] ?? null;
  if (account !== null || document.querySelector("form[action='/sign-in']") !== null) void forgetOthers(account);
  document.querySelector("form[action='/sign-out']")?.addEventListener("submit", () => void forgetOthers(null));
}
