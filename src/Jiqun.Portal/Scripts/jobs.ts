const Pause = 2000;

/** The list of jobs is drawn anew while one of them waits or runs. Without scripts there is a link. */
export function follow(section: HTMLElement): void {
  if (section.dataset["running"] !== undefined)
    setTimeout(() => void look(section), Pause);
}

async function look(section: HTMLElement): Promise<void> {
  try {
    const answer = await fetch(location.pathname + location.search);
    const page = new DOMParser().parseFromString(answer.ok ? await answer.text() : "", "text/html");
    const news = page.getElementById(section.id);
    if (news === null)
      return;                                             // signed out, or not allowed any more: what stands there stays
    const focused = section.contains(document.activeElement) ? document.activeElement!.id : "";
    section.innerHTML = news.innerHTML;
    if (news.dataset["running"] === undefined)
      delete section.dataset["running"];
    if (focused !== "")
      document.getElementById(focused)?.focus();
  } catch {
    // no connection: it is tried again
  }
  follow(section);
}
