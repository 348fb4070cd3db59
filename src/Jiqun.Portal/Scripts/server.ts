/** What the server says of a draft: src/Jiqun.Portal/Entries/EntryJson.cs. */
export interface DraftState {
  revision: number;
  at: string;
  fixed: boolean;
  places: PlaceState[];
  conflicts: ConflictState[];
  refused: RefusedState[];
  findings: FindingState[] | null;
  codes: Record<string, string> | null;
  sections: SectionCount[] | null;
}

export interface PlaceState {
  field: string;
  code: string;
  text: string;
  version: number;
  by: string | null;
}

export interface ConflictState {
  field: string;
  code: string;
  text: string;
  version: number;
  said: string;
}

export interface RefusedState {
  field: string;
  code: string;
  why: FindingState;
}

export interface FindingState {
  field: string | null;
  code: string;
  severity: "Warning" | "Error";
  message: string;
  explanation: string;
  explanationVersion: number;
}

export interface SectionCount {
  id: string;
  answered: number;
  asked: number;
  errors: number;
}

export interface Choice {
  code: string;
  name: string;
  path: string;
}

export interface Change {
  field: string;
  code: string;
  text: string;
  version: number;
}

/** A request that was refused, and why. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    /** Empty when it was not our server that answered, but something before it. */
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** Milliseconds after which a server that does not answer counts as away. */
const patience = 15000;

const token = () => document.querySelector<HTMLInputElement>("input[name=__RequestVerificationToken]");

/** @throws Refusal when the server refuses, TypeError when it cannot be reached, DOMException when it does not answer. */
export async function get<T>(address: string, signal?: AbortSignal): Promise<T> {
  return answerOf<T>(await fetch(address, { headers: { Accept: "application/json" }, signal: signal ?? AbortSignal.timeout(patience) }));
}

/** Sends changes; when the page's token has grown old (signed in anew in another tab) it is renewed and the request repeated once. */
export async function post<T>(address: string, body: unknown, leaving = false): Promise<T> {
  try {
    return await send<T>(address, body, leaving);
  } catch (refused) {
    if (!(refused instanceof Refusal && refused.code === "token")) throw refused;
    const renewed = await get<{ token: string }>("/token");
    for (const input of document.querySelectorAll<HTMLInputElement>("input[name=__RequestVerificationToken]")) input.value = renewed.token;
    return await send<T>(address, body, leaving);
  }
}

async function send<T>(address: string, body: unknown, leaving: boolean): Promise<T> {
  const headers = { Accept: "application/json", "Content-Type": "application/json", RequestVerificationToken: token()?.value ?? "" };
  return answerOf<T>(await fetch(address, { method: "POST", headers, body: JSON.stringify(body), keepalive: leaving, signal: AbortSignal.timeout(patience) }));
}

async function answerOf<T>(answer: Response): Promise<T> {
  if (answer.ok) return (await answer.json()) as T;
  const problem = (await answer.json().catch(() => ({}))) as { code?: string; detail?: string };
  throw new Refusal(answer.status, problem.code ?? "", problem.detail ?? answer.statusText);
}
