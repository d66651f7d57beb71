// The live session: each button is one event, on this device's disk before the page shows it (ledger.js), then sent.
// Nothing is asked back; for eight seconds the last tap can be taken back.

import { beforeOpening } from "./gates.js";
import { localTime, open } from "./ledger.js";
import { $, $$, data, following, marks, newest, openProblem, ours, packOf, paint } from "./show.js";
import { reasons, say, searchedSince, stops, tick } from "./show.js";

const SLIP = 400; // milliseconds: a second press of the same button is a slip of the finger
const UNDO = 8; // seconds
const ROOMS = 15_000; // milliseconds between looks at the other rooms
const program = $("#program");
const { id, visit } = program.dataset;
const maps = new Map();
const chosen = {}; // what was tapped in a sheet and is not yet an event
const set = JSON.parse(sessionStorage.getItem(id) ?? "{}"); // technique, depth and minutes by muscle, as tapped
let ledger;
let undo = null;
let asks = null; // what the sheet of numbers is for: a function of the number

const here = {
  target: data.targets.find((one) => one.key === data.first),
  selected: undefined,
  needles: [],
  asleep: false,
  error: "",
  ready: false,
  settings,
};

// As tapped here, or as the last needle in this muscle, or as planned: a reload changes nothing of it.
function settings(target) {
  if (!target) return {};
  const last = here.needles.filter((one) => one.muscle === target.muscle && one.side === target.side).at(-1);
  return set[target.key] ?? (last ? given(last) : target.plan);
}

const given = ({ technique, depth_mm, planned_minutes }) => {
  const every = Object.entries({ technique, depth_mm, planned_minutes });
  return Object.fromEntries(every.filter(([, value]) => value !== null && value !== undefined));
};

// ---- events

// `events`: [kind, fields], or fields as a function of the events before. Said and taken back together.
async function act(words, events, { back = true } = {}) {
  const made = [];
  here.error = "";
  try {
    for (const [kind, fields] of events) {
      made.push(await ledger.enter(kind, typeof fields === "function" ? fields(made) : fields));
    }
  } catch (error) {
    here.error = error.message;
    shut(); // what went wrong stands on the page below
    paint(ledger, here);
  }
  if (made.length) offerUndo(words, back ? made.map((one) => one.id).reverse() : []);
  return made;
}

function offerUndo(words, ids) {
  clearInterval(undo?.timer);
  const until = Date.now() + UNDO * 1000;
  const show = () => {
    const left = Math.ceil((until - Date.now()) / 1000);
    $("#undo-left").textContent = Math.max(left, 0);
    if (left <= 0) hideUndo();
  };
  undo = { ids, timer: setInterval(show, 250) };
  $("dialog[open]")?.append($("#undo"));
  $("#undo").hidden = false;
  $("[data-do=undo]").hidden = !ids.length;
  $("#said").textContent = words;
  show();
}

function hideUndo() {
  clearInterval(undo?.timer);
  undo = null;
  $("#undo").hidden = true;
}

const needle = (name = here.selected) => here.needles.find((one) => one.id === name);
const inNow = () => here.needles.filter((one) => one.where === "in");
const known = () => inNow().map((one) => one.id);
const running = () => ledger.state().estim.map((estim) => ["estim_off", { estim }]);
const rowOf = (button) => button.closest("li")?.dataset.id;

const DO = {
  in() {
    const { target } = here;
    const state = ledger.state();
    if (!target || stops(reasons(state, target, settings(target))).length) return;
    const { muscle, side } = target;
    act(say("in", { n: state.in + 1 }), [["in", { muscle, side, pack: packOf(state).id, ...settings(target) }]]);
    here.selected = undefined;
  },
  out(button) {
    const name = rowOf(button);
    act(say("out", { n: needle(name).n }), [["out", { needle: name }]]);
  },
  twitch: () => act(say("twitch", { n: needle().n }), [["twitch", { needle: here.selected }]]),
  normal: () => act(say("normal", { n: needle().n }), [["sensation", { needle: here.selected, feeling: "cramp" }]]),
  next: () => go(following(here)),
  target(button) {
    go(data.targets.find((one) => one.key === button.dataset.key));
    shut();
  },
  select(button) {
    const name = rowOf(button);
    if (here.selected === name) {
      const { n, name: muscle, word: side } = needle(name);
      $("#about-h").textContent = say("out_line", { n, muscle, side });
      show("about");
    }
    here.selected = name;
    paint(ledger, here);
  },
  async undo() {
    const ids = undo?.ids ?? [];
    hideUndo();
    await act(say("undone"), ids.map((event) => ["undo", { event }]), { back: false });
  },
  set({ dataset: { field, value } }) {
    const own = { ...settings(here.target) };
    const same = String(own[field]) === value;
    if (!field) set[here.target.key] = {};
    else set[here.target.key] = { ...own, [field]: field === "technique" ? value : Number(value) };
    if (field && same) delete set[here.target.key][field];
    sessionStorage.setItem(id, JSON.stringify(set));
    shut();
    paint(ledger, here);
  },
  choose(button) {
    const { field, value } = button.dataset;
    chosen[field] = value;
    for (const one of $$(`[data-do=choose][data-field=${field}]`)) one.setAttribute("aria-pressed", one === button);
    if ($("#estim-on")) $("#estim-on").disabled = !chosen.hz || !mine().length;
    if (field === "hz" || field === "minutes" || !chosen.breathless || !chosen.chest_pain) return;
    const answers = { breathless: chosen.breathless === "yes", chest_pain: chosen.chest_pain === "yes" };
    act(say("chest_check"), [["chest_check", { covers: ours(ledger.state()), ...answers }]]);
    unchoose("breathless", "chest_pain");
  },
  estim_on() {
    const { hz, minutes } = chosen;
    const fields = { needles: mine(), hz: Number(hz), ...(minutes && { minutes: Number(minutes) }) };
    act(say("estim_on", { hz }), [["estim_on", fields]]);
    unchoose("hz", "minutes");
    shut();
  },
  estim_off: () => act(say("estim_off"), running()),
  feeling: ({ dataset: { value } }) => about("feeling", ["sensation", { needle: here.selected, feeling: value }]),
  retechnique: ({ dataset: { value } }) => about("technique", ["technique", { needle: here.selected, technique: value }]),
  left_in({ dataset: { value } }) {
    const due = localTime(new Date(Date.now() + Number(value) * 3_600_000));
    const fields = { needle: here.selected, reason: $("#about h3:nth-of-type(3)").textContent };
    about("left_in_done", ["left_in", { ...fields, patient_agreed: true, due_out: due }]);
  },
  // The needle and everything that was said of it: nothing may be left that names a needle that never was.
  take_back() {
    const of = here.selected;
    const said = ledger.events().filter((one) => one.needle === of && one.kind !== "in").map((one) => one.id);
    const gone = new Set(ledger.events().filter((one) => one.kind === "undo").map((one) => one.event));
    about("taken_back", ...[...said, of].filter((one) => !gone.has(one)).map((event) => ["undo", { event }]));
  },
  turn({ dataset: { value } }) {
    ask("turn", {}, (n) =>
      act(say("turn", { n }), [["turn", { to: value, needles_in: n, known: known() }]]),
    );
  },
  hand_over({ dataset: { value, name } }) {
    const after = ledger.events().filter((one) => one.kind === "hand_over").at(-1)?.id;
    ask("hand", { who: name }, (n) => {
      const fields = { to: value, needles_in: n, known: known(), ...(after && { after }) };
      act(say("hand_over", { n }), [["hand_over", fields]]);
    });
  },
  recount() {
    ask("count", {}, async (n) => {
      await act(say("count", { n }), [["count", { tray: n, covers: ledger.state().events }]]);
      searchedSince.clear();
      show("close");
    });
  },
  number({ dataset: { value } }) {
    shut();
    asks(Number(value));
  },
  more_numbers() {
    for (const one of $$("[data-do=number]")) one.textContent = one.dataset.value = Number(one.dataset.value) + 25;
  },
  lot: ({ dataset: { lot, expiry, needles, gauge_mm, length_mm } }) =>
    opened({ lot, expiry, needles: Number(needles), gauge_mm: Number(gauge_mm), length_mm: Number(length_mm) }),
  dropped: () => act(say("dropped"), [["dropped", { pack: packOf(ledger.state()).id, needles: 1 }]]),
  hand(button) {
    const left = document.documentElement.classList.toggle("left-hand");
    button.setAttribute("aria-pressed", left);
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `session_hand=${left ? "left" : "right"}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
  },
  close: () => show("close"),
  // The needles first: nothing of the record is worth a second in which they are in.
  all_out() {
    const needles = known();
    const isOpen = openProblem(ledger.state());
    const events = [["all_out", { needles }], ...running()];
    if (!isOpen) events.push(["problem", { what: "faint" }]);
    const problem = (made) => isOpen?.id ?? made.at(-1).id;
    events.push(["step", (made) => ({ problem: problem(made), step: "needles_out" })]);
    act(say("all_out", { n: needles.length }), events);
  },
  problem({ dataset: { value } }) {
    const about = ["stuck_needle", "bent_needle", "broken_needle", "sharp_pain", "bleeding"].includes(value);
    act(say("problem"), [["problem", { what: value, ...(about && needle() && { needle: here.selected }) }]]);
  },
  step({ dataset: { value } }) {
    const { id: problem, steps } = openProblem(ledger.state());
    if (!steps.includes(value)) act(say("step"), [["step", { problem, step: value }]]);
  },
  problem_over: ({ dataset: { value } }) =>
    act(say("problem_over"), [["problem_over", { problem: openProblem(ledger.state()).id, outcome: value }]]),
  searched({ dataset: { value } }) {
    searchedSince.add(value);
    act(say("searched"), [["searched", { place: value, found: 0 }]]);
  },
  shut: () => shut(),
};

const mine = () => inNow().filter((one) => `${one.muscle}:${one.side}` === here.target?.key).map((one) => one.id);

function unchoose(...fields) {
  for (const field of fields) {
    delete chosen[field];
    for (const one of $$(`[data-do=choose][data-field=${field}]`)) one.setAttribute("aria-pressed", "false");
  }
}

function about(words, ...events) {
  act(say(words, { n: needle().n }), events);
  shut();
}

// ---- sheets

function ask(what, values, then) {
  shut();
  asks = then;
  $("#number-h").textContent = say(`ask_${what}`, values);
  $("#number-why").textContent = say(what === "count" ? "why_count" : "why_turn");
  const first = Number($("[data-do=number]").dataset.value);
  if (first) for (const one of $$("[data-do=number]")) one.textContent = one.dataset.value = one.dataset.value - first;
  show("number");
}

function show(name) {
  shut();
  $(`#${name}`).showModal();
  paint(ledger, here);
}

function shut() {
  $("dialog[open]")?.close();
}

function opened(fields) {
  const blocks = beforeOpening(fields.lot, fields.expiry, localTime(new Date()).slice(0, 10));
  here.error = blocks.map((one) => one.because).join(" ");
  if (blocks.length) paint(ledger, here);
  else act(say("open_pack", fields), [["open_pack", fields]]);
  shut();
}

$("#pack-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const { needles, gauge_mm, length_mm, lot, expiry } = Object.fromEntries(new FormData(event.target));
  const sizes = { gauge_mm: Number(gauge_mm), length_mm: Number(length_mm) };
  opened({ needles: Number(needles), ...sizes, lot: lot.trim(), expiry });
  event.target.reset();
});

$("#incident").addEventListener("submit", async (event) => {
  event.preventDefault();
  const count = newest(ledger.state());
  const apart = count.expected - count.found;
  const where = [...searchedSince].map((one) => $(`[data-do=searched][data-value=${one}]`).textContent).join("; ");
  const searched = where ? `${say("searched_in", { where })} ` : "";
  const account = `${searched}${new FormData(event.target).get("account").trim()}`;
  const kind = apart > 0 ? "missing" : "extra";
  await act(say(kind), [[kind, { needles: Math.abs(apart), account }]]);
  event.target.reset();
});

// ---- the map

async function go(target) {
  if (!target) return;
  here.target = target;
  for (const one of $$("[data-target]")) one.hidden = one.dataset.target !== target.key;
  paint(ledger, here);
  $("#map").innerHTML = maps.get(target.key) ?? "";
  if (!maps.has(target.key)) await load(target.key);
  if (here.target !== target) return;
  if (maps.has(target.key)) $("#map").innerHTML = maps.get(target.key);
  else $("#map").textContent = say("map_missing");
  marks(here.needles);
}

async function load(key) {
  const html = await text(`${visit}picture/?target=${encodeURIComponent(key)}`);
  if (html) maps.set(key, html);
}

async function text(url) {
  try {
    const answer = await fetch(url, { redirect: "error" });
    return answer.ok ? await answer.text() : "";
  } catch {
    return "";
  }
}

// ---- locks, lots, colleagues, the other rooms: whatever the server knows now

async function rest() {
  const answer = await text(`${visit}rest/`);
  if (!answer) return;
  const { html, locks } = JSON.parse(answer);
  for (const one of data.targets) one.locked = locks[one.key] ?? one.locked;
  const found = new DOMParser().parseFromString(html, "text/html");
  for (const query of ["#lots", "#colleagues", "#rooms", "#against", "#seen", ".session-who"]) {
    const [old, fresh] = [$(query), $(query, found)];
    const same = old?.outerHTML === fresh?.outerHTML; // a tick that was set stays
    if (old && fresh && !same && !old.contains(document.activeElement)) old.replaceWith(fresh);
  }
  paint(ledger, here);
}

async function stayAwake() {
  try {
    const lock = await navigator.wakeLock.request("screen");
    lock.addEventListener("release", () => document.visibilityState === "visible" && maySleep(true));
    maySleep(false);
  } catch {
    maySleep(true); // an older tablet, a low battery, an address without TLS
  }
}

function maySleep(may) {
  if (here.asleep === may) return;
  here.asleep = may;
  paint(ledger, here);
}

// ---- begin

let last = { button: null, at: 0 };

function pressed(event) {
  const button = event.target.closest("[data-do], [data-open]");
  if (!button || button.disabled) return;
  if (button === last.button && event.timeStamp - last.at < SLIP) return;
  last = { button, at: event.timeStamp };
  if (button.dataset.open) show(button.dataset.open);
  else DO[button.dataset.do](button);
}

ledger = await open({ id, url: `${visit}events/`, opening: data.opening });
here.ready = true;
if (here.target) maps.set(here.target.key, $("#map").innerHTML);
let told = 0; // of what the server flagged: rest() brings the words of the page for it
ledger.onchange(() => {
  const { flagged } = ledger.status();
  if (flagged.length > told) rest();
  told = flagged.length;
  paint(ledger, here);
});
paint(ledger, here);
document.addEventListener("click", pressed);
for (const one of $$("dialog")) one.addEventListener("close", () => $("#close-button").before($("#undo")));
// A key held down is one press.
document.addEventListener("keydown", (event) => event.repeat && event.target.closest("button") && event.preventDefault());
$("#starting").remove();
$("#problem-button").disabled = false;
setInterval(() => tick(here), 1000);
setInterval(rest, ROOMS);
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && stayAwake());
stayAwake();
await rest();
for (const one of data.targets) if (!maps.has(one.key)) await load(one.key);
