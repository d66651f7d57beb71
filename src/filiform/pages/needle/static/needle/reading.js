// Events as JSON and back: the same readers as clinical/needle/reading.py and fields.py, word for word.
// A test lets both read the same events (tests/clinical/needle/test_both_folds.py). Nothing is guessed.

import { COMMON, KINDS } from "./kinds.js";

export class EventError extends Error {
  constructor(where, key, because) {
    super(`${where}: ${key}: ${because}`);
    Object.assign(this, { where, key, because });
  }
}

const ID = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,79}$/;
const MOMENT = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,6}))?)?(?:Z|([+-])(\d\d):([0-5]\d))$/;
const DAY = /^(\d{4})-(\d\d)-(\d\d)$/;
const UNSEEN = /[\0-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]/u;
const SEEN = /[^\t\n\v\f\r \x1c-\x1f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/; // what Python strips

const wrong = (because) => {
  throw new TypeError(because);
};
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const existing = (year, month, day) => {
  const at = new Date(0);
  at.setUTCFullYear(year, month - 1, day); // Date.UTC takes the year 50 for 1950
  return year >= 1 && at.getUTCMonth() === month - 1 && at.getUTCDate() === day;
};

// Moments as the server writes them: with seconds, six digits or none, and the offset in full.
function moment(value) {
  const found = typeof value === "string" && MOMENT.exec(value);
  if (!found) wrong('must be a time with its offset, as "2026-11-23T15:58:07+01:00"');
  const [, year, month, day, hour, minute, second = "00", fraction = ""] = found;
  const [sign = "+", hours = "00", minutes = "00"] = found.slice(8);
  if (!existing(+year, +month, +day) || hour > 23 || minute > 59 || second > 59 || hours > 23) {
    wrong("must be a time on a day that exists");
  }
  if (year < 2000 || year > 2199) wrong("must be a time between the years 2000 and 2199: set the clock of the device");
  const micro = +fraction ? `.${fraction.padEnd(6, "0")}` : "";
  const offset = +hours || +minutes ? `${sign}${hours}:${minutes}` : "+00:00";
  return `${year}-${month}-${day}T${hour}:${minute}:${second}${micro}${offset}`;
}

// Microseconds since 1970, exact; of moments that were read.
export function instant(text) {
  const [, year, month, day, hour, minute, second, fraction = "0", sign, hours = 0, minutes = 0] = MOMENT.exec(text);
  const offset = (sign === "-" ? -1 : 1) * (hours * 60 + +minutes);
  return Date.UTC(year, month - 1, day, hour, minute - offset, second) * 1000 + +fraction.padEnd(6, "0");
}

function day(value) {
  const found = typeof value === "string" && DAY.exec(value);
  if (!found) wrong('must be a day, as "2027-03-31"');
  if (!existing(+found[1], +found[2], +found[3])) wrong("must be a day that exists");
  return value;
}

function text(value, longest) {
  if (typeof value !== "string" || !SEEN.test(value)) wrong("must be a text that is not empty");
  if ([...value].length > longest || UNSEEN.test(value)) {
    wrong(`must be at most ${longest} characters, without control characters`);
  }
  return value;
}

function id(value) {
  if (typeof value !== "string" || !ID.test(value)) {
    wrong("must be 1 to 80 letters, digits, dots, colons, hyphens or underscores");
  }
  return value;
}

function ids(value) {
  if (!Array.isArray(value)) wrong("must be a list of event ids");
  const found = value.map(id);
  if (new Set(found).size !== found.length) wrong("must name each event once");
  return found.sort();
}

const plain = (value) =>
  (Array.isArray(value) && value.every((one) => typeof one === "string" && ID.test(one))) ||
  value === null ||
  typeof value === "boolean" ||
  (typeof value === "string" && !UNSEEN.test(value)) ||
  (typeof value === "number" && (value === 0 || (Math.abs(value) >= 0.001 && Math.abs(value) <= 1e9)));

function changes(value) {
  if (!isObject(value) || !Object.keys(value).length) wrong('must be the new values by field, as {"depth_mm": 20}');
  for (const one of Object.values(value)) {
    if (!plain(one)) wrong("must have a text, a number, true, false or a list of ids as each new value");
  }
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => compare(a, b)));
}

const READ = {
  text,
  id,
  moment,
  day,
  changes,
  ref: id,
  refs: ids,
  whole: (value, low, high) =>
    Number.isInteger(value) && value >= low && value <= high
      ? value
      : wrong(`must be a whole number from ${low} to ${high}`),
  number: (value, low, high, unit) => {
    if (typeof value !== "number") wrong(`must be a number, in ${unit}`);
    return value >= low && value <= high ? value : wrong(`must be from ${low} to ${high} ${unit}`);
  },
  choice: (value, ...values) => (values.includes(value) ? value : wrong(`must be one of ${values.join(", ")}`)),
  flag: (value) => (typeof value === "boolean" ? value : wrong("must be true or false")),
};

// The fields of a kind: [name, [reader, ...bounds], whether it must be there, what it says].
export const FIELDS = Object.fromEntries(Object.entries(KINDS).map(([kind, own]) => [kind, [...COMMON, ...own]]));
const ANY_FIELD = new Set(["kind", ...Object.values(FIELDS).flatMap((every) => every.map(([name]) => name))]);
const refers = ([reader]) => reader === "ref" || reader === "refs";

const where = (wanted) => (kind) => FIELDS[kind].filter(([, shape]) => wanted(shape));
const byKind = (find) => Object.fromEntries(Object.keys(FIELDS).map((kind) => [kind, find(kind)]));
const NAMING = byKind((kind) => where(refers)(kind).map(([name, shape]) => [name, shape.slice(1)]));
const FLOATS = byKind((kind) => new Set(where(([reader]) => reader === "number")(kind).map(([name]) => name)));

// Every event that `event` names: [field, kinds it may be of, id].
export function references(event) {
  const found = [];
  for (const [name, kinds] of NAMING[event.kind]) {
    const value = event[name];
    if (Array.isArray(value)) for (const one of value) found.push([name, kinds, one]);
    else if (value !== undefined) found.push([name, kinds, value]);
  }
  return found;
}

// The event that a JSON object says, in one way of writing; EventError when it is none.
export function eventFrom(value) {
  const own = isObject(value) && typeof value.id === "string" && value.id;
  const place = own ? `event "${own.slice(0, 80)}"` : "event without an id";
  if (!isObject(value)) throw new EventError(place, "event", 'must be an object, as {"id": "e1", "kind": "note", ...}');
  const kind = value.kind;
  if (typeof kind !== "string" || !Object.hasOwn(FIELDS, kind)) {
    const because = `must be one of ${Object.keys(FIELDS).join(", ")}; see ./filiform session --kinds`;
    throw new EventError(place, "kind", because);
  }
  const names = FIELDS[kind].map(([name]) => name);
  for (const key of Object.keys(value)) {
    if (key !== "kind" && !names.includes(key)) {
      throw new EventError(place, key, `is not a field of "${kind}"; it has ${names.join(", ")}: take the key away`);
    }
  }
  const event = { kind, ...values(value, kind, place) };
  checkChanges(event, place);
  const itself = references(event).find(([, , one]) => one === event.id);
  if (itself) throw new EventError(place, itself[0], "names the event itself: name the event it is about");
  if (kind === "left_in" && instant(event.due_out) <= instant(event.at)) {
    throw new EventError(place, "due_out", "must be later than the event itself: say when the needle will come out");
  }
  return event;
}

function values(value, kind, place) {
  const found = {};
  for (const [name, [reader, ...bounds], required] of FIELDS[kind]) {
    if (Object.hasOwn(value, name)) {
      try {
        found[name] = READ[reader](value[name], ...bounds);
      } catch (error) {
        throw new EventError(place, name, error.message);
      }
    } else if (required) {
      throw new EventError(place, name, "is missing");
    }
  }
  return found;
}

function checkChanges(event, place) {
  if (event.kind !== "correct") return;
  for (const key of Object.keys(event.fields)) {
    if (!ANY_FIELD.has(key)) {
      throw new EventError(place, "fields", `"${key}" is a field of no kind of event: take it away`);
    }
  }
}

// Texts by code points, as Python compares; JavaScript alone compares by halves of them. Lists by their elements.
export function compare(a, b) {
  const shorter = Math.min(a.length, b.length);
  for (let n = 0; n < shorter; n += 1) {
    if (a[n] === b[n]) continue;
    return Array.isArray(a) ? compare(a[n], b[n]) : rank(a.charCodeAt(n)) - rank(b.charCodeAt(n));
  }
  return a.length - b.length;
}

// A half of a code point (d800 to dfff) stands for one above ffff.
const rank = (unit) => (unit < 0xd800 ? unit : unit < 0xe000 ? unit + 0x2000 : unit - 0x800);

// JSON as Python's json.dumps writes it: the smaller of two texts must be the same one in both programs.
export function dumps(value, float = false) {
  if (Array.isArray(value)) return `[${value.map((one) => dumps(one)).join(", ")}]`;
  if (isObject(value)) {
    const keys = Object.keys(value).sort(compare);
    return `{${keys.map((key) => `${dumps(key)}: ${dumps(value[key])}`).join(", ")}}`;
  }
  if (typeof value === "number") return float && Number.isInteger(value) ? `${value}.0` : String(value);
  return JSON.stringify(value).replace(/[^ -~]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

// One text per content: the same event sent twice has the same, a different one under its id has not.
export function canonical(event) {
  const floats = FLOATS[event.kind];
  const keys = Object.keys(event).sort(compare);
  return `{${keys.map((key) => `${dumps(key)}: ${dumps(event[key], floats.has(key))}`).join(", ")}}`;
}
