// The session on this device: an event is on the disk before the page shows it, is sent at once or in batches, and
// leaves the outbox only when the server answers with its own id. Why: docs/adr/0005-session-ledger.md.
//
//   const ledger = await open({ id, url, opening })   id: the session's; url: where its events are; opening: what that
//                                                     answers, given with the page; null: nothing can be entered
//   await ledger.enter("out", { needle })             the event, once it is safe; throws when it is none, or not kept
//   ledger.state()                                    where every needle is (fold.js)
//   ledger.status()                                   how the outbox stands
//   ledger.onchange(show)                             calls show(ledger) after each change; returns how to stop that

import { fold } from "./fold.js";
import { EventError, canonical, eventFrom } from "./reading.js";
import * as store from "./store.js";

const AT_ONCE = 50;
const PATIENCE = 20_000; // milliseconds until a request counts as unanswered
const FRAME = 50; // milliseconds: the tap is seen before its request takes time
const WAITS = [1, 2, 4, 8, 16, 30]; // seconds between tries
const LINK = { 401: "signed_out", 403: "not_allowed", 404: "missing" };
const LISTS = ["held", "aside", "refused", "flagged"];

export async function open({ id, url, opening = null }) {
  const ledger = new Ledger(id, url);
  await ledger.load();
  if (opening) await ledger.opened(opening);
  else ledger.pull();
  ledger.send();
  return ledger;
}

class Ledger {
  #rows = new Map();
  #listeners = new Set();
  #state = null;
  #entry = null; // {entry, by, device}: who enters events from now on, proven by the server
  #status = { link: "untried", closed: false, otherAuthor: false, persisted: null, flagged: [], unread: 0 };
  #sending = false;
  #tries = 0;
  #timer = 0;
  #most = AT_ONCE;
  #stopped = false;
  #channel = "BroadcastChannel" in globalThis ? new BroadcastChannel("filiform-ledger") : null;

  constructor(session, url) {
    Object.assign(this, { session, url });
    this.wake = () => document.visibilityState !== "hidden" && this.send({ now: true });
    this.leave = () => this.send({ now: true, keepalive: true }); // a tap of the page's last moment is sent all the same
    addEventListener("online", this.wake);
    addEventListener("pagehide", this.leave);
    document.addEventListener("visibilitychange", this.wake);
    if (this.#channel) this.#channel.onmessage = ({ data }) => data === session && this.load();
    navigator.storage?.persist?.().then((persisted) => this.#say({ persisted }));
  }

  // ---- for the page

  state() {
    this.#state ??= fold(this.events());
    return this.#state;
  }

  events() {
    return [...this.#rows.values()].map((row) => row.event);
  }

  // link: untried, ok, away, signed_out, not_allowed, missing, disk (this device cannot write: it tries again).
  // refused, aside, flagged: [{id, rule, because, do}]. unread: events of a newer server that this page cannot read:
  // then its state is not the whole, and it must be loaded again. otherAuthor: likewise, or nothing can be entered.
  status() {
    const of = { waiting: [], refused: [], aside: [] };
    for (const { id, status, told } of this.#rows.values()) of[status]?.push({ id, ...told });
    const { waiting, refused, aside } = of;
    return { ...this.#status, canEnter: !this.#whyNot(), waiting: waiting.length, refused, aside };
  }

  onchange(show) {
    this.#listeners.add(show);
    return () => this.#listeners.delete(show);
  }

  async enter(kind, fields = {}) {
    const why = this.#whyNot();
    if (why) throw new Error(why);
    const { by, device, entry } = this.#entry;
    const event = eventFrom({ id: uuid7(), at: localTime(new Date()), device, by, kind, ...fields });
    await this.#keep([row(this.session, event, entry, "waiting")]);
    setTimeout(() => this.send({ now: true }), FRAME);
    return event;
  }

  stop() {
    this.#stopped = true;
    clearTimeout(this.#timer);
    removeEventListener("online", this.wake);
    removeEventListener("pagehide", this.leave);
    document.removeEventListener("visibilitychange", this.wake);
    this.#channel?.close();
  }

  #whyNot() {
    if (!this.#entry) return "The server has not said who is signed in: load the page when it answers.";
    if (this.#status.otherAuthor) return "Somebody else has signed in on this device: load the page again.";
    if (this.#status.unread) return "A newer Filiform wrote what this page cannot read: load the page again.";
    return "";
  }

  // ---- what this device knows

  async load() {
    for (const one of await store.all(this.session)) {
      // What was refused is tried once more with each opening: a newer server may read it.
      const again = one.status === "refused" && !this.#rows.has(one.key);
      this.#set(again ? { ...one, status: "waiting" } : one);
    }
    this.#say();
  }

  async opened({ entry, by, device, closed, events }) {
    this.#entry = { entry, by, device };
    await this.#merge(events, { closed });
  }

  // On the disk first, then on the page, then in the other tabs. Each answer is shown once, with what it `said`.
  async #keep(rows, said) {
    Object.assign(this.#status, said);
    if (rows.length) {
      await store.write(rows);
      for (const one of rows) this.#set(one);
      this.#channel?.postMessage(this.session);
    }
    if (rows.length || said) this.#say();
  }

  // An event that only changed its place in the outbox is not folded again.
  #set(row) {
    if (this.#rows.get(row.key)?.event !== row.event) this.#state = null;
    this.#rows.set(row.key, row);
  }

  async #merge(bodies, said) {
    const known = new Map([...this.#rows.values()].map((one) => [`${one.id} ${canonical(one.event)}`, one]));
    const rows = [];
    const events = this.#read(bodies);
    for (const event of events) {
      const mine = known.get(`${event.id} ${canonical(event)}`);
      if (mine?.status === "held") continue;
      const made = mine ? { ...mine, status: "held", told: null } : row(this.session, event, "", "held");
      // Another content of an id that is here already lies beside it: both are folded, and the conflict is seen.
      while (!mine && (this.#rows.has(made.key) || rows.some((one) => one.key === made.key))) made.key += " other";
      rows.push(made);
    }
    await this.#keep(rows, { ...said, unread: bodies.length - events.length });
  }

  #read(bodies) {
    const found = [];
    for (const body of bodies) {
      try {
        found.push(eventFrom(body));
      } catch (error) {
        if (!(error instanceof EventError)) throw error;
      }
    }
    return found;
  }

  #say(what) {
    Object.assign(this.#status, what);
    for (const show of this.#listeners) show(this);
  }

  // ---- the outbox

  async send({ now = false, keepalive = false } = {}) {
    if (this.#sending || this.#stopped || (this.#timer && !now)) return;
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#sending = true;
    try {
      for (let batch = this.#batch(); batch.length && !this.#stopped; batch = this.#batch()) {
        if (!(await this.#post(batch, keepalive))) break;
      }
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
      this.#say({ link: "disk" }); // what was settled is sent again, which changes nothing
    } finally {
      this.#sending = false;
    }
    if (this.#batch().length) this.#later();
  }

  #batch() {
    const waiting = [...this.#rows.values()].filter((one) => one.status === "waiting");
    waiting.sort((a, b) => (a.id < b.id ? -1 : 1));
    return waiting.filter((one) => one.entry === waiting[0].entry).slice(0, this.#most);
  }

  #later() {
    if (this.#stopped) return;
    const seconds = WAITS[Math.min(this.#tries, WAITS.length - 1)];
    this.#tries += 1;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => {
        this.#timer = 0;
        this.send();
      },
      seconds * (800 + 400 * Math.random()),
    );
  }

  // True when something of the batch is settled, so that the next may be sent at once.
  async #post(batch, keepalive) {
    const body = JSON.stringify({ entry: batch[0].entry, events: batch.map((one) => one.event) });
    const { status, answer } = await ask(this.url, { method: "POST", body, keepalive });
    if (status === 200 && LISTS.every((name) => Array.isArray(answer[name]))) return this.#received(batch, answer);
    if (status === 413 && answer.reason === "batch.too_large") return this.#smaller(batch, answer);
    if (status === 422 && answer.reason === "batch.unreadable") return this.#smaller(batch, answer);
    // Nothing else says anything about a single event: not a page of a hotel's network, not an error of a proxy.
    this.#say({ link: answer.reason === "token" ? "signed_out" : (LINK[status] ?? "away") });
    return false;
  }

  async #smaller(batch, { reason: rule, because, do: what }) {
    if (batch.length > 1) this.#most = Math.max(Math.floor(batch.length / 2), 1);
    else await this.#keep([{ ...batch[0], status: "refused", told: { rule, because, do: what } }]);
    return true;
  }

  async #received(batch, answer) {
    const told = new Map();
    for (const id of answer.held) told.set(id, ["held", null]);
    for (const [status, list] of [["aside", answer.aside], ["refused", answer.refused]]) {
      for (const { id, index, ...why } of list) told.set(id || batch[index]?.id, [status, why]);
    }
    const settled = batch.filter((one) => told.has(one.id));
    const rows = settled.map((one) => ({ ...one, status: told.get(one.id)[0], told: told.get(one.id)[1] }));
    const flagged = [...this.#status.flagged, ...answer.flagged];
    const otherAuthor = this.#entry !== null && answer.you !== this.#entry.by;
    await this.#keep(rows, { link: "ok", closed: answer.closed, otherAuthor, flagged });
    this.#tries = 0;
    this.#most = AT_ONCE;
    if (answer.count !== this.#held()) await this.pull();
    return settled.length > 0;
  }

  #held() {
    return [...this.#rows.values()].filter((one) => one.status === "held").length;
  }

  // What other devices sent. `have` spares the answer when nothing is new.
  async pull() {
    const { status, answer } = await ask(`${this.url}?have=${this.#held()}`, { method: "GET" });
    if (status !== 200 || !Array.isArray(answer.events)) {
      this.#say({ link: status === 401 ? "signed_out" : "away" });
      return;
    }
    await this.#merge(answer.events, { link: "ok", closed: answer.closed });
  }
}

const row = (session, event, entry, status) => {
  return { key: `${session} ${event.id}`, session, id: event.id, event, entry, status, told: null };
};

// The status and the JSON of an answer; 0 and {} when nobody answers, or something that is not our server.
async function ask(url, { method, body, keepalive = false }) {
  const token = /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? "";
  const headers = { "content-type": "application/json", accept: "application/json", "x-csrftoken": token };
  const signal = AbortSignal.timeout(PATIENCE);
  try {
    const response = await fetch(url, { method, body, headers, signal, redirect: "error", cache: "no-store", keepalive });
    const answer = await response.json().catch(() => null);
    if (typeof answer !== "object" || answer === null) return { status: response.ok ? 0 : response.status, answer: {} };
    return { status: response.status, answer };
  } catch {
    return { status: 0, answer: {} };
  }
}

// ---- ids and times of this device

let lastMs = 0;
let count = 0;

// UUIDv7: the time first, so that ids of one device sort as they were made, also within a millisecond and when the
// clock is set back. Nothing else is read from them.
export function uuid7(now = Date.now()) {
  if (now > lastMs) [lastMs, count] = [now, 0];
  else if ((count += 1) > 0xfff) [lastMs, count] = [lastMs + 1, 0];
  const chance = crypto.getRandomValues(new Uint8Array(8));
  chance[0] = (chance[0] & 0x3f) | 0x80;
  const hex = (number, length) => number.toString(16).padStart(length, "0");
  const time = hex(lastMs, 12);
  const end = [...chance].map((byte) => hex(byte, 2)).join("");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(count, 3)}-${end.slice(0, 4)}-${end.slice(4)}`;
}

// With the offset of the place, because the day on which a pack was opened is the day there.
export function localTime(at) {
  const offset = -at.getTimezoneOffset();
  const two = (number) => String(Math.trunc(Math.abs(number))).padStart(2, "0");
  const local = new Date(at.getTime() + offset * 60_000).toISOString().slice(0, -1);
  return `${local}${offset < 0 ? "-" : "+"}${two(offset / 60)}:${two(offset % 60)}`;
}
