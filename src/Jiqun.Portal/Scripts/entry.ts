import { get, post, Refusal, type Change, type ConflictState, type DraftState, type FindingState } from "./server";
import { Unsaved } from "./unsaved";
import { wordCount } from "./wordCount";

/** Milliseconds of quiet after which what was typed is sent. */
const quiet = 700;
/** Milliseconds between two questions whether colleagues changed something. */
const pollEvery = 4000;
/** Milliseconds after which a failed save is tried again. */
const retryAfter = 5000;

type Writable = HTMLInputElement | HTMLTextAreaElement;

/** One place to write in: a field's answer, or the explanation of one of its findings. */
interface Place {
  field: string;
  code: string;
  input: Writable;
  /** Bears the version for a browser that sends the form as a whole. */
  versionInput: HTMLInputElement;
  /** What stood in the input when it was last the same as on the server, which keeps it a little cleaner: line ends, blanks at the ends. */
  known: string;
  version: number;
  /** Texts that were sent and may or may not stand on the server: the answer never came. */
  lost: Set<string>;
  /** Somebody else changed it too; nothing is sent until the person chose. */
  conflict: ConflictState | null;
  /** A text that the server cannot keep, and why; it is sent again once it was changed. */
  refused: { text: string; why: FindingState } | null;
}

/** A text about as the server keeps it. */
const tidy = (text: string) => text.replaceAll("\r\n", "\n").trim();

const keyOf = (field: string, code: string) => `${field}:${code}`;

/** Saves a form while it is filled in, a place at a time, and shows what colleagues change. */
export function startEntry(page: HTMLElement): void {
  const form = page.querySelector<HTMLFormElement>("form.entry-form")!;
  const stateLine = page.querySelector<HTMLElement>("[data-state]");
  if (stateLine === null) return; // nothing can be changed
  const words = JSON.parse(page.dataset["words"]!) as Record<string, string>;
  const address = `/entries/${page.dataset["entry"]}`;
  const account = page.dataset["account"]!;
  const unsaved = new Unsaved(account, page.dataset["entry"]!);
  const places = new Map<string, Place>();
  let revision = Number(page.dataset["revision"]);
  let isFixed = false;
  let timer: number | undefined;
  let sending: Promise<boolean> | undefined;
  /** The input in which an input method has not finished a word. */
  let composing: EventTarget | null = null;

  page.classList.add("entry-live");
  for (const element of form.querySelectorAll<HTMLElement>("[data-place]")) addPlace(element);
  for (const place of places.values()) showWords(place);
  say("all-saved");
  restore();
  window.setInterval(() => void poll(), pollEvery);

  form.addEventListener("input", (event) => {
    const place = placeOf(event.target);
    if (place === undefined) return;
    showWords(place);
    typed();
  });
  form.addEventListener("compositionstart", (event) => (composing = event.target));
  form.addEventListener("compositionend", (event) => {
    composing = null;
    if (placeOf(event.target) !== undefined) typed();
  });
  form.addEventListener("change", (event) => {
    if (placeOf(event.target) !== undefined) void save();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const check = (event as SubmitEvent).submitter?.getAttribute("name") === "check";
    void save().then(() => {
      if (check && changes().length === 0) location.assign(`${address}/submit`);
    });
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target instanceof HTMLInputElement) event.preventDefault(); // a form this long is not sent by a slip
  });
  window.addEventListener("online", () => void save());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") void save(true);
    else void poll();
  });

  function addPlace(element: HTMLElement): Place {
    const [field, code] = element.dataset["place"]!.split(":") as [string, string];
    const input = element.querySelector<Writable>(":scope > textarea, :scope > input.form-control")!;
    const versionInput = element.querySelector<HTMLInputElement>(":scope > input[type=hidden]")!;
    const place = { field, code, input, versionInput, known: input.defaultValue, version: Number(versionInput.value), lost: new Set<string>(), conflict: null, refused: null };
    places.set(keyOf(field, code), place);
    return place;
  }

  function placeOf(target: EventTarget | null): Place | undefined {
    for (const place of places.values()) if (place.input === target) return place;
    return undefined;
  }

  /** What stands in the form and not, as far as is known, on the server. */
  function changes(): Change[] {
    return [...places.values()].filter((p) => differs(p)).map((p) => ({ field: p.field, code: p.code, text: p.input.value, version: p.version }));
  }

  /** What waits neither for the person's choice nor for another text nor for the end of a word. */
  function sendable(): Change[] {
    return changes().filter((c) => {
      const place = places.get(keyOf(c.field, c.code))!;
      return place.conflict === null && place.refused?.text !== c.text && place.input !== composing;
    });
  }

  /** Why texts that still stand in the form cannot be kept. */
  function refusals(): FindingState[] {
    return [...places.values()].filter(isRefused).map((p) => p.refused!.why);
  }

  function isRefused(place: Place): boolean {
    return place.refused?.text === place.input.value;
  }

  function differs(place: Place): boolean {
    return place.lost.size > 0 || tidy(place.input.value) !== tidy(place.known);
  }

  /** What an earlier page could not save is put back, and saved against the version that was seen then. */
  function restore(): void {
    for (const kept of unsaved.all()) {
      const place = places.get(keyOf(kept.field, kept.code));
      if (place === undefined || kept.text === place.input.value) continue;
      place.input.value = kept.text;
      place.version = kept.version;
      showWords(place);
    }
    if (changes().length > 0) typed();
    else unsaved.keep([]);
  }

  function typed(): void {
    unsaved.keep(changes());
    say("typing");
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void save(), quiet);
  }

  /** Sends whatever is not saved; one request at a time, so that each is sent against the version that the one before made. */
  async function save(leaving = false): Promise<void> {
    window.clearTimeout(timer);
    if (sending !== undefined && leaving) return;
    while (sending !== undefined) await sending;
    const wanted = sendable();
    if (wanted.length === 0) {
      if (changes().length > 0) return;
      unsaved.keep([]);
      if (stateLine!.dataset["state"] === "typing") say("all-saved");
      return;
    }
    sending = send(wanted, leaving);
    const isAnswered = await sending;
    sending = undefined;
    if (isAnswered && sendable().some((c) => wanted.every((w) => w.field !== c.field || w.code !== c.code))) await save();
  }

  /** @returns whether the server answered. */
  async function send(wanted: Change[], leaving: boolean): Promise<boolean> {
    say("saving");
    try {
      const state = await post<DraftState>(`${address}/answers`, { account, changes: wanted }, leaving);
      const made = state.places.filter((p) => p.version > revision).length;
      if (state.revision === revision + made) revision = state.revision; // otherwise colleagues changed something, too: the next question brings it
      for (const saved of state.places) {
        const place = places.get(keyOf(saved.field, saved.code));
        if (place === undefined) echo(saved.field, saved.text);
        else {
          place.known = wanted.find((w) => w.field === saved.field && w.code === saved.code)?.text ?? saved.text;
          place.refused = null;
          place.lost.clear();
          setVersion(place, saved.version);
        }
      }
      for (const conflict of state.conflicts) {
        const place = places.get(keyOf(conflict.field, conflict.code));
        if (place !== undefined && !isOwn(place, conflict)) showConflict(place, conflict);
      }
      for (const change of wanted) {
        const refused = state.refused.find((r) => r.field === change.field && r.code === change.code);
        if (refused !== undefined) places.get(keyOf(change.field, change.code))!.refused = { text: change.text, why: refused.why };
      }
      show(state);
      const left = changes();
      unsaved.keep(left);
      if (refusals().length > 0) say("refused");
      else if ([...places.values()].some((p) => p.conflict !== null)) say("conflict");
      else if (left.length > 0) say("typing");
      else say("saved", state.at);
      return true;
    } catch (failure) {
      if (!(failure instanceof Refusal && failure.status < 500)) for (const change of wanted) places.get(keyOf(change.field, change.code))!.lost.add(change.text);
      failed(failure);
      return false;
    }
  }

  function failed(failure: unknown): void {
    const kept = unsaved.keep(changes());
    if (failure instanceof Refusal && failure.status === 401) {
      if (stateLine!.dataset["state"] === "signed-out") return;
      say("signed-out");
      stateLine!.append(" ", link(`/sign-in?return=${encodeURIComponent(location.pathname)}`, words["sign-in"]!));
      return;
    }
    if (failure instanceof Refusal && failure.code !== "") {
      setText(stateLine!, failure.message);
      stateLine!.dataset["state"] = failure.code;
      if (failure.status < 500) return;
    } else say(kept ? "offline" : "offline-lost");
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void save(), retryAfter);
  }

  async function poll(): Promise<void> {
    if (document.visibilityState === "hidden" || sending !== undefined) return;
    let state: DraftState;
    try {
      state = await get<DraftState>(`${address}/changes?after=${revision}`);
    } catch (failure) {
      if (failure instanceof Refusal && failure.status === 401) failed(failure);
      return;
    }
    if (state.fixed) {
      if (changes().length === 0) location.reload();
      else if (!isFixed) {
        isFixed = true;
        say("fixed");
        await save(); // the refusal says since when
      }
      return;
    }
    if (state.revision <= revision || sending !== undefined) return;
    for (const changed of state.places) {
      const place = places.get(keyOf(changed.field, changed.code));
      if (place === undefined) {
        echo(changed.field, changed.text);
        continue;
      }
      if (place.version >= changed.version || isOwn(place, changed)) continue;
      const said = changed.by === null ? "" : words["changed-by"]!.replace("{0}", changed.by);
      if (place.conflict !== null && place.conflict.version < changed.version) showConflict(place, { ...changed, said });
      if (differs(place)) continue; // to be chosen when it is saved
      place.input.value = place.known = changed.text;
      setVersion(place, changed.version);
      showWords(place);
      if (said !== "") note(place, said);
    }
    revision = state.revision;
    show(state);
  }

  /** Whether what stands on the server is one's own, of a request whose answer was lost; then what stands in the input is sent against it. */
  function isOwn(place: Place, there: { text: string; version: number }): boolean {
    if (![...place.lost].some((text) => tidy(text) === tidy(there.text))) return false;
    place.known = there.text;
    place.lost.clear();
    setVersion(place, there.version);
    if (differs(place)) typed();
    return true;
  }

  function setVersion(place: Place, version: number): void {
    place.version = version;
    place.versionInput.value = String(version);
  }

  function echo(field: string, text: string): void {
    const shown = form.querySelector<HTMLElement>(`[data-echo][data-field="${CSS.escape(field)}"]`);
    if (shown !== null) shown.textContent = text;
  }

  function note(place: Place, text: string): void {
    const said = paragraph("field-note", text);
    place.input.after(said);
    window.setTimeout(() => said.remove(), 15000);
  }

  /** Both values, and the person chooses; a box that is there already takes what the colleague wrote since. */
  function showConflict(place: Place, conflict: ConflictState): void {
    place.conflict = conflict;
    place.lost.clear();
    const around = place.input.parentElement!;
    if (around instanceof HTMLDetailsElement) around.open = true;
    const area = around.querySelector<HTMLElement>(":scope > [data-conflict]")!;
    if (area.querySelector("[role=alert]") === null) area.replaceChildren(conflictBox(place));
    const theirs = document.createElement("strong");
    theirs.textContent = conflict.text === "" ? words["empty"]! : conflict.text;
    area.querySelector("p")!.replaceChildren(`${conflict.said} ${words["conflict-now"]} `, theirs);
  }

  function conflictBox(place: Place): HTMLElement {
    const box = document.createElement("div");
    box.className = "alert alert-warning";
    box.setAttribute("role", "alert");
    const settle = (isTheirs: boolean) => {
      const { text, version } = place.conflict!;
      place.conflict = null;
      place.known = text;
      setVersion(place, version);
      if (isTheirs) place.input.value = text;
      showWords(place);
      box.remove();
      place.input.focus();
      typed();
      void save();
    };
    box.append(
      paragraph("", ""),
      button(words["conflict-mine"]!, () => settle(false)),
      " ",
      button(words["conflict-theirs"]!, () => settle(true)),
    );
    return box;
  }

  /** Findings, codes and completeness as the server has them. */
  function show(state: DraftState): void {
    if (state.findings === null) return;
    const findings = [...state.findings, ...refusals()];
    for (const list of form.querySelectorAll<HTMLElement>("[data-found]")) {
      const field = list.dataset["found"]!;
      fill(list, field, findings.filter((f) => f.field === field));
    }
    const wrong = new Set(state.findings.filter((f) => f.severity === "Error").map((f) => f.field));
    for (const place of places.values()) {
      if (isRefused(place) || (place.code === "" && wrong.has(place.field))) place.input.setAttribute("aria-invalid", "true");
      else place.input.removeAttribute("aria-invalid");
    }
    for (const codes of form.querySelectorAll<HTMLElement>("[data-codes]")) codes.textContent = state.codes?.[codes.dataset["codes"]!] ?? "";
    for (const section of state.sections ?? []) {
      const line = page.querySelector<HTMLElement>(`[data-section="${CSS.escape(section.id)}"]`);
      if (line === null) continue;
      line.querySelector(".section-count")!.textContent = `${section.answered} / ${section.asked}`;
      line.querySelector(".section-errors")!.textContent = section.errors > 0 ? words["errors"]!.replace("{0}", String(section.errors)) : "";
    }
  }

  /** Whatever stays is left where it is: an explanation that somebody is writing keeps its text and the focus. */
  function fill(list: HTMLElement, field: string, findings: FindingState[]): void {
    const before = [...list.querySelectorAll<HTMLElement>(":scope > li")];
    const items = findings.map((finding, nth) => {
      const i = before.findIndex((item) => item.dataset["code"] === finding.code && item.dataset["severity"] === finding.severity);
      const item = i < 0 ? findingItem(field, finding, findings.slice(0, nth)) : before.splice(i, 1)[0]!;
      setText(item.querySelector(".finding-message")!, finding.message);
      return item;
    });
    for (const gone of before) {
      gone.remove();
      const place = gone.querySelector<HTMLElement>("[data-place]")?.dataset["place"];
      if (place !== undefined) places.delete(place);
    }
    items.forEach((item, i) => {
      if (list.children[i] !== item) list.insertBefore(item, list.children[i] ?? null);
    });
    for (const element of list.querySelectorAll<HTMLElement>("[data-place]")) if (!places.has(element.dataset["place"]!)) addPlace(element);
  }

  /** @param before what stands above it: an explanation stands with the first warning of its code. */
  function findingItem(field: string, finding: FindingState, before: FindingState[]): HTMLElement {
    const item = document.createElement("li");
    item.className = finding.severity === "Error" ? "finding-error" : "finding-warning";
    item.dataset["code"] = finding.code;
    item.dataset["severity"] = finding.severity;
    const severity = document.createElement("span");
    severity.className = "finding-severity";
    severity.textContent = words[finding.severity]!;
    const message = document.createElement("span");
    message.className = "finding-message";
    item.append(severity, " ", message);
    if (finding.severity === "Warning" && !before.some((f) => f.severity === "Warning" && f.code === finding.code)) item.append(explanation(field, finding));
    return item;
  }

  function explanation(field: string, finding: FindingState): HTMLElement {
    const details = document.createElement("details");
    details.className = "finding-explain";
    details.dataset["place"] = keyOf(field, finding.code);
    details.open = finding.explanation !== "";
    const summary = document.createElement("summary");
    summary.textContent = words["explain"]!;
    const text = document.createElement("textarea");
    text.className = "form-control";
    text.rows = 2;
    text.name = `a:${field}:${finding.code}`;
    text.defaultValue = finding.explanation;
    text.setAttribute("aria-label", words["explanation"]!);
    const version = document.createElement("input");
    version.type = "hidden";
    version.name = `v:${field}:${finding.code}`;
    version.value = String(finding.explanationVersion);
    const conflict = document.createElement("div");
    conflict.className = "field-conflict";
    conflict.dataset["conflict"] = "";
    details.append(summary, text, version, conflict);
    return details;
  }

  function say(state: string, at?: string): void {
    if (stateLine!.dataset["state"] === "signed-out" && (state === "typing" || state === "saving")) return; // or its link would go from under the pointer
    setText(stateLine!, words[state]!.replace("{0}", at ?? ""));
    stateLine!.dataset["state"] = state;
  }
}

/** 字数 beside a long text. */
function showWords(place: Place): void {
  const output = place.input.parentElement!.querySelector<HTMLOutputElement>("output[data-words]");
  if (output === null) return;
  const count = wordCount(place.input.value);
  output.value = String(count);
  output.classList.toggle("over", output.dataset["limit"] !== undefined && count > Number(output.dataset["limit"]));
}

/** What is read aloud when it changes is set only then. */
function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

function paragraph(className: string, text: string): HTMLParagraphElement {
  const made = document.createElement("p");
  made.className = className;
  made.textContent = text;
  return made;
}

function link(address: string, text: string): HTMLAnchorElement {
  const made = document.createElement("a");
  made.href = address;
  made.textContent = text;
  return made;
}

function button(text: string, press: () => void): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "btn btn-sm btn-outline-primary";
  made.textContent = text;
  made.addEventListener("click", press);
  return made;
}
