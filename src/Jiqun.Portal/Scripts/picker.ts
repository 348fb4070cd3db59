import { get, type Choice } from "./server";

/** A search beside a text field: whatever is chosen is added to the text, several one after another. */
export function startPicker(place: HTMLElement): void {
  const target = place.parentElement!.querySelector<HTMLInputElement>("input.form-control")!;
  const kind = place.dataset["picker"]!;
  const id = `picker-${target.id}`;

  const search = document.createElement("input");
  search.id = `search-${target.id}`;
  search.className = "form-control form-control-sm";
  search.placeholder = place.dataset["label"]!;
  search.autocomplete = "off";
  for (const [name, value] of Object.entries({ role: "combobox", "aria-label": place.dataset["label"]!, "aria-expanded": "false", "aria-controls": id, "aria-autocomplete": "list" }))
    search.setAttribute(name, value);

  const list = document.createElement("ul");
  list.id = id;
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", place.dataset["label"]!);
  place.className = "picker";
  place.append(search, list);

  let choices: Choice[] = [];
  let active = -1;
  let asking: AbortController | undefined;

  const close = () => {
    asking?.abort();
    list.hidden = true;
    active = -1;
    search.setAttribute("aria-expanded", "false");
    search.removeAttribute("aria-activedescendant");
  };

  const mark = (index: number) => {
    active = index;
    [...list.children].forEach((option, i) => {
      option.setAttribute("aria-selected", String(i === index));
      if (i === index) {
        search.setAttribute("aria-activedescendant", option.id);
        option.scrollIntoView({ block: "nearest" });
      }
    });
  };

  const choose = (choice: Choice) => {
    const added = kind === "industries" ? `${choice.name}（${choice.code}）` : choice.path.replaceAll(" ", "") + choice.name;
    const before = target.value.trim();
    if (!before.includes(added)) target.value = before === "" ? added : `${before}、${added}`;
    target.dispatchEvent(new Event("input", { bubbles: true }));
    target.dispatchEvent(new Event("change", { bubbles: true }));
    search.value = "";
    close();
    search.focus();
  };

  const ask = async () => {
    asking?.abort();
    asking = new AbortController();
    try {
      choices = await get<Choice[]>(`/reference/${kind}?q=${encodeURIComponent(search.value)}`, asking.signal);
    } catch {
      return;
    }
    list.replaceChildren(
      ...choices.map((choice, i) => {
        const option = document.createElement("li");
        option.id = `${id}-${i}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.textContent = `${choice.code} ${choice.name}${choice.path === "" ? "" : `（${choice.path}）`}`;
        option.addEventListener("mousedown", (event) => {
          event.preventDefault();
          choose(choice);
        });
        return option;
      }),
    );
    if (choices.length === 0) {
      const none = document.createElement("li");
      none.setAttribute("role", "option");
      none.setAttribute("aria-disabled", "true");
      none.textContent = place.dataset["none"]!;
      list.append(none);
    }
    list.hidden = false;
    active = -1;
    search.setAttribute("aria-expanded", "true");
  };

  search.addEventListener("input", (event) => {
    event.stopPropagation();
    void ask();
  });
  search.addEventListener("change", (event) => event.stopPropagation());
  search.addEventListener("blur", close);
  search.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) void ask();
      else if (choices.length > 0) mark((active + (event.key === "ArrowDown" ? 1 : choices.length + (active < 0 ? 0 : -1))) % choices.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      const choice = choices[active] ?? (choices.length === 1 ? choices[0] : undefined);
      if (!list.hidden && choice) choose(choice);
    } else if (event.key === "Escape") close();
  });
}
