/** Forms that send files tell how far they are, and can be stopped. Without scripts they are plain forms. */
export function uploads(within: ParentNode): void {
  for (const form of within.querySelectorAll<HTMLFormElement>("form[data-upload]"))
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      send(form);
    });
}

function send(form: HTMLFormElement): void {
  const button = form.querySelector<HTMLButtonElement>("button:not([type=button])")!;
  const state = document.createElement("p");
  state.setAttribute("role", "status");
  const bar = document.createElement("progress");
  bar.max = 100;
  const stop = document.createElement("button");
  stop.type = "button";
  stop.className = "btn btn-outline-secondary";
  stop.textContent = form.dataset["stop"]!;
  const asked = new XMLHttpRequest();
  asked.upload.addEventListener("progress", (sent) => show(sent.lengthComputable ? Math.floor(sent.loaded * 100 / sent.total) : 0));
  asked.addEventListener("load", () => {
    if (asked.status < 400)
      location.assign(asked.responseURL);
    else
      replace(asked.responseText);
  });
  asked.addEventListener("error", () => end(form.dataset["failed"]!));
  asked.addEventListener("abort", () => end(""));
  stop.addEventListener("click", () => asked.abort());
  button.disabled = true;
  form.append(state, bar, stop);
  show(0);
  asked.open("POST", form.action);
  asked.send(new FormData(form));

  function show(percent: number): void {
    bar.value = percent;
    state.textContent = form.dataset["upload"]!.replace("{0}", `${percent}`);
  }

  function end(said: string): void {
    bar.remove();
    stop.remove();
    state.textContent = said;
    button.disabled = false;
    button.focus();
  }
}

/** The server's page about why it did not take the file. */
function replace(html: string): void {
  const page = new DOMParser().parseFromString(html, "text/html");
  document.body.replaceWith(page.body);
  uploads(document);
  document.querySelector<HTMLElement>("[role=alert]")?.focus();
}
