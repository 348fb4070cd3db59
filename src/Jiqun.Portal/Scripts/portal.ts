import { startEntry } from "./entry";
import { startPicker } from "./picker";
import { uploads } from "./upload";

for (const page of document.querySelectorAll<HTMLElement>("[data-entry]")) startEntry(page);
for (const place of document.querySelectorAll<HTMLElement>("[data-picker]")) startPicker(place);
uploads(document);
