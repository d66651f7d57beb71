// The page's fold, for tests of the two folds. One JSON value a line, both ways.
//   node both_folds.mjs fold < streams     the state of each stream {events, over_lung, opened_on}
//   node both_folds.mjs make COUNT SEED    COUNT streams made here, each with the state that this program folds
import { createInterface } from "node:readline";

import { COMMON, KINDS } from "../../../src/filiform/pages/needle/static/needle/kinds.js";
import { fold } from "../../../src/filiform/pages/needle/static/needle/fold.js";
import { beforeClosing, beforeInsertion } from "../../../src/filiform/pages/needle/static/needle/gates.js";
import { EventError, canonical, eventFrom } from "../../../src/filiform/pages/needle/static/needle/reading.js";

const OVER_LUNG = ["upper_trapezius"];
const OPENED_ON = "2026-11-23";

function answer(events) {
  const read = [];
  const refused = [];
  for (const value of events) {
    try {
      read.push(eventFrom(value));
    } catch (error) {
      if (!(error instanceof EventError)) throw error;
      refused.push([error.where, error.key, error.because]);
    }
  }
  const state = fold(read);
  return {
    state,
    refused,
    canonical: read.map(canonical),
    closing: beforeClosing(state, OVER_LUNG, OPENED_ON),
    insertion: beforeInsertion(state, "upper_trapezius", "left", [], state.packs.at(-1)?.id ?? "", OVER_LUNG),
  };
}

// ---- random streams, from the table of kinds alone

function random(seed) {
  let a = seed >>> 0; // mulberry32
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const NAMES = ["a", "b", "c", "d", "e", "f", "g", "h"];
const TEXTS = ["x", "upper_trapezius", "Ärm", "腕 \u{1f9b5}", " a ", 'say "no"\\', "tab\tand\nline", "\uffee", "\u{10000}"];
const MOMENTS = ["2026-11-23T15:58:00+01:00", "2026-11-23T14:58Z", "2026-11-23T15:58:00.5-00:30", "2027-01-01T00:00:00Z"];
const KIND_NAMES = Object.keys(KINDS);
const OFTEN = ["open_pack", "in", "in", "out", "count", "undo", "correct", "left_in", "all_out"];

function maker(seed) {
  const next = random(seed);
  const pick = (values) => values[Math.floor(next() * values.length)];
  const some = (values) => values.filter(() => next() < 0.4);
  const VALUE = {
    text: () => pick(TEXTS),
    whole: (low, high) => low + Math.floor(next() * Math.min(high - low + 1, 6)),
    number: (low, high) => pick([low, high, Math.ceil(low) + 7, low + 0.125]),
    choice: (...values) => pick(values),
    flag: () => next() < 0.5,
    id: () => pick(NAMES),
    moment: () => pick(MOMENTS),
    day: () => pick(["2026-11-22", "2026-11-23", "2027-03-31"]),
    ref: () => pick(NAMES),
    refs: () => (next() < 0.3 ? [...NAMES].reverse() : some(NAMES)),
    changes: () => Object.fromEntries([0, 1].slice(next() * 2).map(change)),
  };
  const change = () => {
    const [name, [reader, ...bounds]] = pick([...COMMON, ...pick(Object.values(KINDS))]);
    return [name, next() < 0.1 ? pick([null, 0, -1, "", "z", [], true, 1.5]) : reader === "changes" ? 1 : VALUE[reader](...bounds)];
  };
  const event = () => {
    const kind = next() < 0.6 ? pick(OFTEN) : pick(KIND_NAMES);
    const found = { kind };
    for (const [name, [reader, ...bounds], required] of [...COMMON, ...KINDS[kind]]) {
      if (required || next() < 0.4) found[name] = VALUE[reader](...bounds);
    }
    return found;
  };
  return () => Array.from({ length: Math.floor(next() * 16) }, event);
}

const [mode, count, seed] = process.argv.slice(2);
const print = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);
if (mode === "make") {
  const make = maker(Number(seed));
  for (let n = 0; n < Number(count); n += 1) {
    const events = make();
    print({ events, answer: answer(events) });
  }
} else {
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) print(answer(JSON.parse(line)));
}
