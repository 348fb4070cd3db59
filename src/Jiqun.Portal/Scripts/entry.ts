import { OfflinePage } from "./offlinePage";
import { get, post, Refusal, type Change, type ConflictState, type DraftState, type FindingState, type PlaceState } from "./server";
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
  /** What stood in the input when it was last the same as on the server, which keeps it a little cleaner: line ends, blanks at the ends. Null when an earlier page knew. */
  known: string | null;
  version: number;
  /** Traces of texts that were sent and may or may not stand on the server: no answer yet, or it never came. */
  sent: Set<string>;
  /** When what waits was first typed; 0 when nothing waits. */
  since: number;
  /** What a colleague wrote while something waited here; null when nobody did, of no use when `version` is not below it. */
  theirs: PlaceState | null;
  /** Somebody else changed it too; nothing is sent until the person chose. */
  conflict: ConflictState | null;
  /** A text that the server cannot keep, and why; it is sent again once it was changed. */
  refused: { text: string; why: FindingState } | null;
}

/** A text about as the server keeps it. */
const tidy = (text: string) => text.replaceAll("\r\n", "\n").trim();

/** By what a text is known again without being kept: its length, and 64 bits of it. */
function traceOf(text: string): string {
  const clean = tidy(text);
  let [a, b] = [0xdeadbeef, 0x41c6ce57];
  for (let i = 0; i < clean.length; i++) {
    a = Math.imul(a ^ clean.charCodeAt(i), 0x9e3779b1);
    b = Math.imul(b ^ clean.charCodeAt(i), 0x5f356495);
  }
  return [clean.length, a >>> 0, b >>> 0].map((n) => n.toString(36)).join(" ");
}

const keyOf = (field: string, code: string) => `${field}:${code}`;

/** Saves a form while it is filled in, a place at a time, and shows what colleagues change. */
export function startEntry(page: HTMLElement): void {
  const form = page.querySelector<HTMLFormElement>("form.entry-form")!;
  const stateLine = page.querySelector<HTMLElement>("[data-state]");
  if (stateLine === null) return; // nothing can be changed
  const words = JSON.parse(page.dataset["words"]!) as Record<string, string>;
  const address = `/entries/${page.dataset["entry"]}`;
  const account = document.body.dataset["account"]!;
  const unsaved = new Unsaved(account, page.dataset["entry"]!);
  const places = new Map<string, Place>();
  let revision = Number(page.dataset["revision"]);
  const offlinePage = new OfflinePage(account, address, revision);
  /** When what is shown was as on the server; null when it is now, as far as is known. */
  let asOf: string | null = null;
  /** Something could not be sent: whatever waits is marked until the server answers. */
  let isHeldUp = false;
  let isFixed = false;
  let timer: number | undefined;
  let sending: Promise<boolean> | undefined;
  /** The input in which an input method has not finished a word. */
  let composing: EventTarget | null = null;

  page.classList.add("entry-live");
  for (const element of form.querySelectorAll<HTMLElement>("[data-place]")) addPlace(element);
  for (const place of places.values()) showWords(place);
  void restore();
  window.setInterval(() => void poll(), pollEvery);

  form.addEventListener("input", (event) => {
    const place = placeOf(event.target);
    if (place === undefined) return;
    showWords(place);
    typed(place);
  });
  form.addEventListener("compositionstart", (event) => (composing = event.target));
  form.addEventListener("compositionend", (event) => {
    composing = null;
    const place = placeOf(event.target);
    if (place !== undefined) typed(place);
  });
  form.addEventListener("change", (event) => {
    if (placeOf(event.target) !== undefined) void save();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const check = (event as SubmitEvent).submitter?.getAttribute("name") === "check";
    void save().then(() => {
      if (check && !isHeldUp && changes().length === 0) location.assign(`${address}/submit`);
    });
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target instanceof HTMLInputElement) event.preventDefault(); // a form this long is not sent by a slip
  });
  window.addEventListener("online", () => void poll().then(() => save()));
  window.addEventListener("offline", () => void failed(null));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") void save(true);
    else void poll();
  });

  function addPlace(element: HTMLElement): Place {
    const [field, code] = element.dataset["place"]!.split(":") as [string, string];
    const input = element.querySelector<Writable>(":scope > textarea, :scope > input.form-control")!;
    const versionInput = element.querySelector<HTMLInputElement>(":scope > input[type=hidden]")!;
    const place = { field, code, input, versionInput, known: input.defaultValue, version: Number(versionInput.value), sent: new Set<string>(), since: 0, theirs: null, conflict: null, refused: null };
    places.set(keyOf(field, code), place);
    return place;
  }

  function placeOf(target: EventTarget | null): Place | undefined {
    for (const place of places.values()) if (place.input === target) return place;
    return undefined;
  }

  /** What stands in the form and not, as far as is known, on the server; what was typed first comes first. */
  function changes(): Change[] {
    return [...places.values()].filter(differs).sort((a, b) => a.since - b.since).map((p) => ({ field: p.field, code: p.code, text: p.input.value, version: p.version }));
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
    return place.sent.size > 0 || place.known === null || tidy(place.input.value) !== tidy(place.known);
  }

  /** Whether what stands in the place may be replaced: nothing of the person's own is in it, or under way. */
  function isFree(place: Place): boolean {
    return !differs(place) && place.conflict === null && place.input !== composing;
  }

  /** What an earlier page could not save is put back, and saved against the version that was seen then. */
  async function restore(): Promise<void> {
    if (document.body.hasAttribute("data-kept")) {
      const learned = await offlinePage.learned();
      asOf = learned?.at ?? page.dataset["at"]!;
      if (learned !== null) bring(learned);
    }
    for (const kept of await unsaved.all()) {
      const place = places.get(keyOf(kept.field, kept.code));
      if (place === undefined) continue;
      place.input.value = kept.text;
      place.known = null; // this page may be older than what was seen then, or know already what was sent
      place.sent = new Set(kept.sent);
      place.since = kept.since;
      setVersion(place, kept.version);
      showWords(place);
    }
    if (asOf !== null) await failed(null);
    else if (changes().length > 0) saveSoon();
    else say("all-saved");
    if (asOf !== null) await poll();
    else await offlinePage.keep();
  }

  function typed(place: Place): void {
    void hold([place]).then((isKept) => {
      if (stateLine!.dataset["state"]!.startsWith("offline")) sayOffline(isKept);
    });
    saveSoon();
  }

  function saveSoon(): void {
    if (!isHeldUp) say("typing");
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void save(), quiet);
  }

  /** Keeps in the browser what differs in these places from the server, and nothing else of them. @returns whether all of it is safe there. */
  async function hold(some: Place[]): Promise<boolean> {
    const same = some.filter((p) => !differs(p));
    for (const place of same) place.since = 0;
    const different = some.filter(differs);
    for (const place of different) place.since ||= Math.max(Date.now(), ...[...places.values()].map((p) => p.since + 1));
    const isKept = different.length === 0 || unsaved.keep(different.map((p) => ({ field: p.field, code: p.code, text: p.input.value, version: p.version, sent: [...p.sent], since: p.since })));
    showWaiting();
    await unsaved.drop(same);
    return isKept;
  }

  /** Sends whatever is not saved; one request at a time, so that each is sent against the version that the one before made. */
  async function save(leaving = false): Promise<void> {
    window.clearTimeout(timer);
    if (sending !== undefined && leaving) return;
    while (sending !== undefined) await sending;
    const wanted = sendable();
    if (wanted.length === 0) {
      await hold([...places.values()]); // until what was given up is gone, a reload would bring it back
      if (changes().length === 0 && stateLine!.dataset["state"] === "typing") say("all-saved");
      return;
    }
    sending = send(wanted, leaving);
    const isAnswered = await sending;
    sending = undefined;
    if (isAnswered && sendable().some((c) => wanted.every((w) => w.field !== c.field || w.code !== c.code))) await save();
  }

  /** @returns whether the server answered. */
  async function send(wanted: Change[], leaving: boolean): Promise<boolean> {
    if (!isHeldUp) say("saving");
    const asked = wanted.map((change) => ({ change, place: places.get(keyOf(change.field, change.code))! }));
    const before = asked.map(({ place }) => new Set(place.sent));
    for (const { change, place } of asked) place.sent.add(traceOf(change.text));
    void hold(asked.map(({ place }) => place)); // also when the window closes now, the next page knows
    try {
      const state = await post<DraftState>(`${address}/answers`, { account, changes: wanted }, leaving);
      isHeldUp = false;
      const made = state.places.filter((p) => p.version > revision).length;
      if (state.revision === revision + made) revision = state.revision; // otherwise colleagues changed something, too: the next question brings it
      for (const saved of state.places) {
        const place = places.get(keyOf(saved.field, saved.code));
        if (place === undefined) echo(saved.field, saved.text);
        else {
          place.known = wanted.find((w) => w.field === saved.field && w.code === saved.code)?.text ?? saved.text;
          place.refused = null;
          place.sent.clear();
          setVersion(place, saved.version);
        }
      }
      for (const conflict of state.conflicts) {
        const place = places.get(keyOf(conflict.field, conflict.code));
        if (place !== undefined && !isOwn(place, conflict)) showConflict(place, conflict);
      }
      for (const { change, place } of asked) {
        const refused = state.refused.find((r) => r.field === change.field && r.code === change.code);
        if (refused === undefined) continue;
        place.refused = { text: change.text, why: refused.why };
        place.sent.delete(traceOf(change.text));
      }
      show(state);
      await offlinePage.learn(state, revision);
      await hold(asked.map(({ place }) => place));
      sayWhere(state.at);
      return true;
    } catch (failure) {
      if (failure instanceof Refusal && failure.status < 500) asked.forEach(({ place }, i) => (place.sent = before[i]!));
      await failed(failure);
      return false;
    }
  }

  /** Says how far what was typed has come, as the server has just answered. */
  function sayWhere(at?: string): void {
    if (refusals().length > 0) say("refused");
    else if ([...places.values()].some((p) => p.conflict !== null)) say("conflict");
    else if (changes().length > 0) say("typing");
    else if (at === undefined) say("all-saved");
    else say("saved", at);
  }

  /** @param failure null when the line is known to be dead. */
  async function failed(failure: unknown): Promise<void> {
    const isNews = !isHeldUp;
    isHeldUp = true;
    const isKept = await hold([...places.values()]);
    if (isNews && changes().length > 0) void navigator.storage?.persist?.(); // or the browser may throw away what waits when the disk is full
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
    } else sayOffline(isKept);
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void save(), retryAfter);
  }

  /** How many places wait, and how old the page is. */
  function sayOffline(isKept: boolean): void {
    const waiting = changes().length;
    const shown = asOf === null ? "" : words["as-of"]!.replace("{0}", asOf);
    say(!isKept ? "offline-lost" : waiting > 0 ? "offline" : "offline-none", String(waiting), shown);
  }

  /** Marks what is not on the server while nothing can be sent. */
  function showWaiting(): void {
    for (const place of places.values()) {
      const isWaiting = isHeldUp && differs(place);
      const shown = place.input.parentElement!.querySelector(":scope > .field-waiting");
      if (isWaiting === (shown !== null)) continue;
      const mark = shown ?? paragraph("field-waiting", words["waiting"]!);
      mark.id = `waiting-${place.field}-${place.code}`;
      const described = new Set(place.input.getAttribute("aria-describedby")?.split(" "));
      if (isWaiting) {
        place.input.after(mark);
        described.add(mark.id);
      } else {
        mark.remove();
        described.delete(mark.id);
      }
      place.input.setAttribute("aria-describedby", [...described].join(" "));
    }
  }

  async function poll(): Promise<void> {
    if (document.visibilityState === "hidden" || sending !== undefined) return;
    let state: DraftState;
    try {
      state = await get<DraftState>(`${address}/changes?after=${revision}`);
    } catch (failure) {
      if (failure instanceof Refusal && failure.status === 401) await failed(failure);
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
    if (sending !== undefined) return;
    if (state.revision > revision) {
      bring(state);
      await offlinePage.learn(state, revision);
    }
    for (const place of places.values()) if (place.theirs !== null && isFree(place)) take(place, place.theirs); // the old text was typed again
    asOf = null;
    if (!isHeldUp) return;
    if (sendable().length > 0) await save();
    else {
      isHeldUp = false;
      await hold([...places.values()]);
      sayWhere();
    }
  }

  /** Shows what changed on the server, but for places in which something waits. */
  function bring(state: DraftState): void {
    for (const changed of state.places) {
      const place = places.get(keyOf(changed.field, changed.code));
      if (place === undefined) {
        echo(changed.field, changed.text);
        continue;
      }
      if (place.version >= changed.version || isOwn(place, changed)) continue;
      if (isFree(place)) take(place, changed);
      else if (place.conflict === null) place.theirs = changed; // to be chosen when it is saved
      else if (place.conflict.version < changed.version) showConflict(place, { ...changed, said: saidOf(changed) });
    }
    revision = state.revision;
    show(state);
  }

  /** Shows what stands on the server, unless that was seen already. */
  function take(place: Place, there: PlaceState): void {
    place.theirs = null;
    if (place.version >= there.version) return;
    place.input.value = place.known = there.text;
    setVersion(place, there.version);
    showWords(place);
    const said = saidOf(there);
    if (said !== "") note(place, said);
  }

  function saidOf(changed: PlaceState): string {
    return changed.by === null ? "" : words["changed-by"]!.replace("{0}", changed.by);
  }

  /** Whether what stands on the server is one's own, of a request whose answer was lost; then what stands in the input is sent against it. */
  function isOwn(place: Place, there: { text: string; version: number }): boolean {
    if (!place.sent.has(traceOf(there.text))) return false;
    place.known = there.text;
    place.sent.clear();
    setVersion(place, there.version);
    if (differs(place)) typed(place);
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
    place.sent.clear();
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
      typed(place);
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
      const key = gone.querySelector<HTMLElement>("[data-place]")?.dataset["place"];
      const place = key === undefined ? undefined : places.get(key);
      if (place !== undefined && differs(place)) {
        items.push(gone); // what was written there is saved first
        continue;
      }
      gone.remove();
      if (key !== undefined) places.delete(key);
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

  function say(state: string, ...details: string[]): void {
    if (stateLine!.dataset["state"] === "signed-out" && (state === "typing" || state === "saving")) return; // or its link would go from under the pointer
    setText(stateLine!, words[state]!.replace(/\{(\d)\}/g, (_, nth: string) => details[Number(nth)] ?? ""));
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
