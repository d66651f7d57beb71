// What the live session's page shows of the ledger. Everything here follows from the folded state; nothing is kept.

import { beforeClosing, beforeInsertion, dwell } from "./gates.js";

export const $ = (query, within = document) => within.querySelector(query);
export const $$ = (query, within = document) => [...within.querySelectorAll(query)];
export const data = JSON.parse($("#live-data").textContent);
export const say = (key, values = {}) => data.words[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
const put = (query, text, within) => {
  const one = $(query, within);
  if (one.textContent !== String(text)) one.textContent = text;
};
const hide = (query, hidden) => ($(query).hidden = hidden);
const { over_lung: overLung } = data.opening;
const FRAME = 50; // milliseconds: the title costs more than all the rest, and nobody looks at it first
const OUTSIDE = 0.25; // of a turn of needles that share a spot on the schematic map

// Needles by number, as on paper: the first that went in is 1. Each with its target's words.
export function numbered(state) {
  const sorted = [...state.needles].sort((a, b) => Date.parse(a.since) - Date.parse(b.since) || (a.id < b.id ? -1 : 1));
  return sorted.map((one, index) => ({ ...one, n: index + 1, ...named(one) }));
}

function named({ muscle, side }) {
  const found = data.targets.find((one) => one.muscle === muscle && one.side === side);
  return found ? { name: found.name, word: found.side_word } : { name: muscle.replaceAll("_", " "), word: side };
}

export const packOf = (state) => state.packs.filter((one) => one.left > 0 && !one.expired).at(-1);
export const reasons = (state, target, { depth_mm: n }) => {
  if (!target) return [];
  const { muscle, side, locked } = target;
  const pack = packOf(state) ?? state.packs.at(-1);
  const found = beforeInsertion(state, muscle, side, locked, pack?.id ?? "", overLung);
  const length = pack?.length_mm;
  if (n >= length) found.push({ rule: "needle.to_the_handle", because: say("too_deep", { n, length }) });
  return found;
};
export const stops = (found) => found.filter((one) => one.level !== "warn");
export const ours = (state) => state.needles.filter((one) => overLung.includes(one.muscle)).map((one) => one.id);
export const closing = (state) => beforeClosing(state, overLung, data.opened_on);
// The count that knew most. Looking for a needle is an event too: a wrong count stays in sight until the next one.
export const newest = (state) => [...state.counts].sort((a, b) => a.covers.length - b.covers.length).at(-1);
export const openProblem = (state) => state.problems.find((one) => !one.outcomes.length);

// ---- the whole page, after each change

export function paint(ledger, here) {
  const state = ledger.state();
  const needles = numbered(state);
  const inNow = needles.filter((one) => one.where === "in");
  here.needles = needles;
  if (!inNow.some((one) => one.id === here.selected)) here.selected = inNow.at(-1)?.id;
  sums(state, inNow);
  rows(inNow, here);
  outs(needles.filter((one) => one.where !== "in"));
  const status = ledger.status();
  bar(status, state, inNow, here);
  marks(needles);
  tools(state, inNow, here);
  alerts(status, here);
  // Hidden sheets are painted when they open: a tap is to be seen within 50 ms.
  if ($("#problem").open) troubles(state, inNow);
  if ($("#close").open) closeSheet(status, state);
}

let titled = 0;

function sums(state, inNow) {
  const n = inNow.length;
  put("#needles-in", n);
  $("#count-box").classList.toggle("zero", !n);
  put("#used", state.in);
  put("#outs", state.out);
  put("#still", n);
  put("#left", state.indwelling);
  hide("#left-row", !state.indwelling);
  hide("#none-in", n > 0);
  clearTimeout(titled);
  titled = setTimeout(() => (document.title = document.title.replace(/^\d+[^,]*/, say("title", { n }))), FRAME);
  const own = $(`.rooms a[href="${here()}"] .needles`);
  if (own) Object.assign(own, { textContent: n, className: `needles${n ? "" : " none"}`, ariaLabel: say("title", { n }) });
}
const here = () => $("#program").dataset.visit;

// Rows are kept, so that focus and a finger on its way stay where they were.
function rows(inNow, at) {
  const list = $("#needles");
  const had = list.contains(document.activeElement);
  const old = new Map([...list.children].map((one) => [one.dataset.id, one]));
  for (const one of inNow) {
    const row = old.get(one.id) ?? newRow(one);
    old.delete(one.id);
    const twitches = one.twitches === 1 ? say("twitch_one") : say("twitches", { n: one.twitches });
    put(".twitches", twitches, row);
    row.classList.toggle("chosen", one.id === at.selected);
    $(".pick", row).setAttribute("aria-pressed", one.id === at.selected);
    if (row !== list.children[inNow.indexOf(one)]) list.insertBefore(row, list.children[inNow.indexOf(one)] ?? null);
  }
  for (const gone of old.values()) gone.remove();
  if (had && document.activeElement === document.body) ($(".out", list) ?? $("#close-button")).focus();
  tick(at);
}

function newRow(one) {
  const row = $("#row").content.firstElementChild.cloneNode(true);
  row.dataset.id = one.id;
  put(".disc", one.n, row);
  put("b", one.name, row);
  const side = $(".side", row);
  side.classList.add(one.side[0]);
  side.textContent = one.side[0].toUpperCase();
  side.setAttribute("role", "img");
  side.ariaLabel = one.word;
  $(".out", row).setAttribute("aria-label", say("out_of", { n: one.n, muscle: one.name, side: one.word }));
  return row;
}

// Once a second: how long each needle has been in, and a quiet alarm when its time is up.
export function tick({ needles }) {
  for (const row of $$("#needles > li")) {
    const one = needles.find((each) => each.id === row.dataset.id);
    const seconds = dwell(one, Date.now());
    const due = one.planned_minutes && seconds >= one.planned_minutes * 60;
    const clock = `${String(Math.trunc(seconds / 60)).padStart(2, "0")}:${String(seconds % 60).padStart(2, "0")}`;
    put(".since", due ? `${clock} ${say("due")}` : clock, row);
    row.classList.toggle("due", Boolean(due));
  }
}

function outs(gone) {
  hide("#out-list", !gone.length);
  put("#out-count", gone.length);
  $("#out-lines").replaceChildren(
    ...gone.map(({ n, name, word, where }) => {
      const line = document.createElement("li");
      const text = say("out_line", { n, muscle: name, side: word });
      line.textContent = where === "left_in" ? `${text} · ${say("left_in")}` : text;
      return line;
    }),
  );
}

function bar({ canEnter, closed }, state, inNow, at) {
  const { target } = at;
  const why = reasons(state, target, at.settings(target));
  const ready = canEnter && !closed;
  $("#needle-in").disabled = !ready || !target || stops(why).length > 0;
  const what = target && say("number", { n: state.in + 1, muscle: target.name, side: target.side_word });
  put("#in-what", what ?? "");
  put("#why-not", why.map((one) => one.because).join(" "));
  const newest = inNow.find((one) => one.id === at.selected);
  $("#twitch").disabled = !ready || !newest;
  put("#twitch-what", newest ? say("needle", { n: newest.n }) : "");
  const next = following(at);
  $("#next-muscle").disabled = !next;
  put("#next-what", next ? `${next.name}, ${next.side_word}` : say("no_next"));
  const close = $("#close-button");
  close.disabled = !ready || inNow.length > 0;
  const still = inNow.length === 1 ? say("one_still") : say("still", { n: inNow.length });
  put("#close-why", inNow.length ? still : say("ready"));
}

// The next of today's muscles that may be needled.
export function following({ target }) {
  const free = data.targets.filter((one) => !one.locked.length);
  const next = free[(free.findIndex((one) => one.key === target?.key) + 1) % free.length];
  return next?.key === target?.key ? undefined : next;
}

function tools(state, inNow, { target, settings, ready }) {
  $("[data-do=normal]").disabled = !ready || !inNow.length;
  const own = settings(target);
  const set = [
    own.technique && $(`[data-field=technique][data-value=${own.technique}]`).textContent,
    own.depth_mm && say("mm", { n: own.depth_mm }),
    own.planned_minutes && say("min", { n: own.planned_minutes }),
  ].filter(Boolean);
  put("#technique-now", set.join(", ") || say("plain"));
  const pack = packOf(state);
  const { gauge_mm: gauge, length_mm: length, lot, left } = pack ?? {};
  put("#pack-now", pack ? say("pack", { gauge, length, lot, left }) : say("no_pack"));
  $("#dropped").disabled = !pack;
  if ($("#technique").open) {
    for (const one of $$("[data-do=set]")) one.ariaPressed = String(own[one.dataset.field]) === one.dataset.value;
  }
  // Never in to the handle: needles break there.
  for (const one of $$("[data-field=depth_mm]")) one.disabled = Number(one.dataset.value) >= (length ?? Infinity);
  hide("#estim-off", !state.estim.length);
  hide("#estim-button", state.estim.length > 0);
}

function alerts(status, { asleep, error }) {
  const n = status.waiting;
  const told = (name) => {
    const found = status[name];
    return found.length ? say(name, { n: found.length, because: `${found[0].because} ${found[0].do ?? ""}` }) : "";
  };
  const lines = [
    error && say("failed", { because: error }),
    status.link === "disk" && say("disk"),
    status.link === "signed_out" && say("signed_out", { n }),
    ["away", "missing", "not_allowed"].includes(status.link) && say("away", { n }),
    (status.otherAuthor || status.unread) && say("other"),
    status.closed && say("closed"),
    told("refused"),
    told("aside"),
    asleep && say("sleep"),
  ].filter(Boolean);
  const box = $("#alerts");
  if (box.dataset.lines === lines.join("\n")) return;
  box.dataset.lines = lines.join("\n");
  box.replaceChildren(...lines.map((text) => Object.assign(document.createElement("p"), { textContent: text })));
}

// ---- needles on the map: schematic, at the muscle's usual spots

export function marks(needles) {
  const drawn = $("#map .drawn");
  if (!drawn) return;
  const above = $(".needle-marks", drawn) ?? layer(drawn);
  const old = new Map([...above.children].map((one) => [one.dataset.is, one]));
  const spots = JSON.parse(drawn.dataset.spots);
  const size = Number(drawn.dataset.size);
  const used = {};
  for (const one of needles) {
    const key = `${one.muscle}:${one.side}`;
    const own = spots[key];
    if (!own) continue;
    const k = (used[key] = (used[key] ?? -1) + 1);
    const [x, y] = own[k % own.length];
    const turn = Math.trunc(k / own.length);
    const away = turn ? 22 * size : 0;
    const angle = turn * OUTSIDE * 2 * Math.PI + k;
    const is = `${one.n} ${one.where} ${key} ${k}`;
    if (!old.delete(is)) above.append(mark(one, is, x + away * Math.cos(angle), y + away * Math.sin(angle), size));
  }
  for (const gone of old.values()) gone.remove();
}

// In a picture of its own above the figure, which need not be drawn again for each needle.
function layer(drawn) {
  const viewBox = $("svg", drawn).getAttribute("viewBox");
  const above = svg("svg", { class: "bodymap needle-marks", viewBox, "aria-hidden": "true" });
  drawn.append(above);
  return above;
}

const svg = (tag, attributes) => {
  const one = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) one.setAttribute(name, value);
  return one;
};

function mark({ n, where }, is, x, y, size) {
  const isIn = where !== "out";
  const one = svg("g", { class: `mark ${isIn ? "in" : "out"}`, "data-is": is });
  one.setAttribute("transform", `translate(${x.toFixed(1)} ${y.toFixed(1)}) scale(${(size * 1.15).toFixed(3)})`);
  one.append(svg("circle", { r: isIn ? 9.5 : 8 }));
  const inside = isIn ? svg("text", { y: 4 }) : svg("path", { d: "M-3.6.2L-1 2.8L3.6-2.6" });
  if (isIn) inside.textContent = n;
  one.append(inside);
  return one;
}

// ---- when something is wrong, and at the end

function troubles(state, inNow) {
  hide("#all-out", !inNow.length);
  put("#all-out-n", inNow.length);
  hide("#recount", !state.recount_due || inNow.length > 0);
  const open = openProblem(state);
  hide("#kinds", Boolean(open));
  for (const one of $$(".trouble")) {
    one.hidden = one.dataset.what !== open?.what;
    for (const step of $$("[data-do=step]", one)) {
      step.setAttribute("aria-pressed", Boolean(open?.steps.includes(step.dataset.value)));
    }
  }
}

function closeSheet({ waiting, link }, state) {
  const blocks = closing(state);
  const has = (rule) => blocks.some((one) => one.rule === rule);
  const chest = has("chest.not_asked");
  const problem = !chest && (has("problem.open") || has("chest.symptoms"));
  const count = newest(state);
  const wrong = Boolean(count && !count.agrees);
  const right = Boolean(count?.agrees && count.speaks);
  hide("#c-chest", !chest);
  hide("#c-problem", !problem);
  hide("#c-count", chest || problem || wrong || right);
  hide("#c-result", chest || problem || !(wrong || right));
  hide("#c-search", chest || problem || !(wrong || has("needle.not_searched")));
  hide("#incident", !wrong);
  hide("#c-close", blocks.length > 0);
  const others = blocks.filter(({ rule }) => !/^(chest|problem|count)\./.test(rule));
  hide("#c-blocks", !others.length);
  $("#blocks").replaceChildren(
    ...others.map(({ because }) => Object.assign(document.createElement("li"), { textContent: because })),
  );
  if (count) result(state, count);
  $("#close-now").disabled = waiting > 0 || link !== "ok";
  put("#unsent", waiting ? say("unsent", { n: waiting }) : "");
}

function result(state, count) {
  const apart = count.expected - count.found;
  put("#expected", count.expected);
  put("#found", count.found);
  put("#equal", apart ? "≠" : "=");
  $("#found-box").classList.toggle("bad", apart !== 0);
  put("#verdict", apart > 0 ? say("lacks", { n: apart }) : apart < 0 ? say("over", { n: -apart }) : say("agrees"));
  for (const one of $$("[data-do=searched]")) one.setAttribute("aria-pressed", searchedSince.has(one.dataset.value));
}
export const searchedSince = new Set(); // places looked in since the last count, by this page
