// Where every needle is, and what stands against closing: the same fold as clinical/needle, with the same words.
// Any order and any repetition of the same events give the same state. The rules: docs/adr/0005-session-ledger.md.

import { EventError, canonical, compare, dumps, eventFrom, instant, references } from "./reading.js";

const COMMON = ["id", "at", "device", "by", "kind"];
const byKey = (key) => (a, b) => compare(key(a), key(b));
const words = (name) => name.replaceAll("_", " ");
const many = (number, one, more) => `${number} ${number === 1 ? one : more}`;
const push = (map, key, value) => (map.has(key) ? map.get(key).push(value) : map.set(key, [value]));

// The events of one kind, by id; sorted out once, because this is asked thirty times for each tap.
const sortedOut = new WeakMap();
function ofKind(standing, kind) {
  if (!sortedOut.has(standing)) {
    const kinds = new Map();
    for (const event of standing.values()) push(kinds, event.kind, event);
    sortedOut.set(standing, kinds);
  }
  return sortedOut.get(standing).get(kind) ?? [];
}
const has = (value) => value !== undefined && value !== null;

// ---- which events stand (clinical/needle/ledger.py)

export function settle(events) {
  const [everything, conflicting] = eachIdOnce(events);
  const circle = inACircle(everything);
  const gone = takenBack(everything, circle);
  const refused = [];
  const corrected = correctedBy(everything, gone, refused);
  const standing = new Map([...corrected].filter(([name]) => !gone.has(name)));
  const troubles = [
    ...[...conflicting].filter((name) => !gone.has(name)).map(conflict),
    ...[...circle].map(circular),
    ...refused,
    ...badReferences(everything, standing, gone),
  ];
  return { everything, standing, troubles: sorted(troubles) };
}

function sorted(troubles) {
  const once = new Map(troubles.map((one) => [JSON.stringify(one), one]));
  const order = (a, b) => compare(a.rule, b.rule) || compare(a.events, b.events) || compare(a.because, b.because);
  return [...once.values()].sort(order);
}

function eachIdOnce(events) {
  const byId = new Map();
  for (const event of events) push(byId, event.id, event);
  const kept = new Map();
  const conflicting = new Set();
  for (const name of [...byId.keys()].sort(compare)) {
    const came = byId.get(name);
    // Writing an event as text costs more than all the rest; nearly every id came once.
    const these = came.length === 1 ? [["", came[0]]] : [...new Map(came.map((one) => [canonical(one), one]))];
    // A needle that any content says went in is shown as in: that is the mistake that hurts.
    these.sort(([a, one], [b, two]) => (one.kind !== "in") - (two.kind !== "in") || compare(a, b));
    kept.set(name, these[0][1]);
    if (these.length > 1) conflicting.add(name);
  }
  return [kept, conflicting];
}

function inACircle(everything) {
  const waiting = new Map();
  const namedBy = new Map();
  const ready = [];
  for (const [name, event] of everything) {
    const needs = new Set(references(event).map(([, , one]) => one).filter((one) => everything.has(one)));
    waiting.set(name, needs);
    for (const one of needs) push(namedBy, one, name);
    if (!needs.size) ready.push(name);
  }
  while (ready.length) {
    const done = ready.pop();
    waiting.delete(done);
    for (const name of namedBy.get(done) ?? []) {
      waiting.get(name).delete(done);
      if (!waiting.get(name).size) ready.push(name);
    }
  }
  return new Set(waiting.keys());
}

function takenBack(everything, circle) {
  const undos = new Map();
  for (const [name, event] of everything) {
    if (event.kind === "undo" && !circle.has(name)) push(undos, event.event, name);
  }
  const stands = new Map();
  for (const first of undos.keys()) {
    const path = [first];
    while (path.length) {
      const name = path.at(-1);
      const above = undos.get(name) ?? [];
      const open = above.filter((one) => !stands.has(one));
      if (open.length) {
        path.push(...open);
        continue;
      }
      stands.set(name, !above.some((one) => stands.get(one)));
      path.pop();
    }
  }
  return new Set([...undos.keys()].filter((name) => !stands.get(name)));
}

function correctedBy(everything, gone, troubles) {
  const corrections = new Map();
  for (const [name, event] of everything) {
    if (event.kind !== "correct" || gone.has(name) || !everything.has(event.event)) continue;
    push(corrections, event.event, event);
  }
  const found = new Map(everything);
  for (const name of corrections.keys()) {
    const event = everything.get(name);
    if (event.kind !== "correct") found.set(name, apply(event, corrections, troubles));
  }
  return found;
}

function apply(event, corrections, troubles) {
  const events = corrections.get(event.id).map((one) => one.id);
  const refuse = (rule, because) => {
    troubles.push({ rule, because, events });
    return event;
  };
  if (event.kind === "undo" || event.kind === "count") {
    const what = event.kind === "undo" ? "undo it" : "count again";
    return refuse("correct.refused", `An event of kind ${event.kind} cannot be corrected: ${what} instead.`);
  }
  const said = changesOf(event.id, corrections);
  const disagree = [...said.keys()].filter((key) => said.get(key).size > 1).sort(compare);
  if (disagree.length) {
    const because = `Corrections of ${event.id} disagree about ${disagree.join(", ")}: undo the wrong one.`;
    return refuse("correct.disagree", because);
  }
  try {
    return rewritten(event, said);
  } catch (error) {
    if (!(error instanceof EventError)) throw error;
    const { key, because } = error;
    return refuse("correct.refused", `A correction of ${event.id} does not fit: ${key} ${because}. Undo it.`);
  }
}

// New values by field, as {text: value}; a correction of a correction overrides what that one said.
function changesOf(name, corrections) {
  const above = [name];
  for (const one of above) above.push(...(corrections.get(one) ?? []).map((further) => further.id));
  const said = new Map();
  for (const one of above.reverse()) {
    const values = new Map();
    const add = (key, text, value) => values.set(key, (values.get(key) ?? new Map()).set(text, value));
    for (const further of corrections.get(one) ?? []) {
      const later = said.get(further.id);
      for (const [key, these] of later) for (const [text, value] of these) add(key, text, value);
      for (const [key, value] of Object.entries(further.fields)) if (!later.has(key)) add(key, dumps(value), value);
    }
    said.set(one, values);
  }
  return said.get(name);
}

function rewritten(event, said) {
  const value = { ...event };
  for (const [key, these] of said) {
    if (COMMON.includes(key)) {
      throw new EventError(event.id, key, "cannot be corrected: undo the event and record it again");
    }
    value[key] = [...these.values()][0];
  }
  return eventFrom(value);
}

function* badReferences(everything, standing, gone) {
  for (const event of standing.values()) {
    const { id, kind } = event;
    for (const [key, kinds, one] of references(event)) {
      const other = everything.get(one);
      const any = kinds.includes("*");
      if (!other) {
        const because = `Event ${id} (${kind}) names ${one}, which has not arrived.`;
        yield { rule: "event.pending", because: `${because} Bring the other device into the net.`, events: [id, one] };
      } else if (!any && !kinds.includes(other.kind)) {
        const named = `Event ${id} (${kind}) names ${one} as its ${key}; that is of kind ${other.kind}`;
        const because = `${named}, not ${[...kinds].sort().join(" or ")}. Undo ${id} and record it again.`;
        yield { rule: "event.wrong_kind", because, events: [id, one] };
      } else if (gone.has(one) && (!any || (kind === "correct" && other.kind === "correct"))) {
        const because = `Event ${id} (${kind}) is about ${one}, which was taken back. Undo ${id} too, or the undo.`;
        yield { rule: "event.names_undone", because, events: [id, one] };
      }
    }
  }
}

const conflict = (name) => ({
  rule: "event.conflict",
  because: `Event ${name} arrived with two different contents. Undo it, then record again what really happened.`,
  events: [name],
});
const circular = (name) => ({
  rule: "event.circle",
  because: `Event ${name} names events that name it back, or hangs on such a circle, which no honest device can make.`,
  events: [name],
});

// ---- where every needle is (clinical/needle/tally.py)

const earlier = (at, found) => (found !== undefined && instant(found) < instant(at) ? found : at);

export function tally(standing) {
  const out = new Map();
  for (const event of standing.values()) {
    if (event.kind !== "out" && event.kind !== "all_out") continue;
    const said = event.kind === "out" ? [event.needle] : event.needles;
    for (const name of said) out.set(name, earlier(event.at, out.get(name)));
  }
  const due = new Map();
  for (const event of ofKind(standing, "left_in")) due.set(event.needle, earlier(event.due_out, due.get(event.needle)));
  const needles = needlesOf(standing, out, due);
  const packs = packsOf(standing, needles);
  const held = new Set(packs.map((pack) => pack.id));
  const strays = needles.filter((needle) => !held.has(needle.pack)).length;
  const opened = packs.reduce((sum, pack) => sum + Math.max(pack.needles, pack.drawn + pack.dropped), strays);
  const at = (where) => needles.filter((needle) => needle.where === where);
  return {
    opened,
    needles,
    packs,
    at,
    unused: opened - needles.length,
    tray: at("out").length + opened - needles.length,
    doubtful: needles.filter((one) => out.has(one.id) && due.has(one.id)).map((one) => one.id),
  };
}

const where = (out, left) => (out === left ? "in" : out ? "out" : "left_in"); // said to be neither, or both, is in

function needlesOf(standing, out, due) {
  const twitches = new Map();
  for (const { needle } of ofKind(standing, "twitch")) twitches.set(needle, (twitches.get(needle) ?? 0) + 1);
  const changes = new Map();
  for (const event of ofKind(standing, "technique")) push(changes, event.needle, event);
  return ofKind(standing, "in").map((one) => {
    const every = [one, ...(changes.get(one.id) ?? [])];
    const said = (key) => every.map((each) => each[key]).filter(has);
    return {
      id: one.id,
      muscle: one.muscle,
      side: one.side,
      since: one.at,
      pack: one.pack,
      twitches: twitches.get(one.id) ?? 0,
      where: where(out.has(one.id), due.has(one.id)),
      out_at: out.get(one.id) ?? null,
      depth_mm: said("depth_mm").length ? Math.max(...said("depth_mm")) : null,
      technique: one.technique ?? null,
      region: one.region ?? null,
      techniques: [...new Set(said("technique"))].sort(compare),
      planned_minutes: said("planned_minutes").length ? Math.min(...said("planned_minutes")) : null,
      due_out: due.get(one.id) ?? null,
    };
  });
}

function packsOf(standing, needles) {
  const used = new Map();
  for (const { pack } of needles) used.set(pack, (used.get(pack) ?? 0) + 1);
  return ofKind(standing, "open_pack").map((one) => {
    const drawn = used.get(one.id) ?? 0;
    const drops = ofKind(standing, "dropped").filter((each) => each.pack === one.id);
    const dropped = drops.reduce((sum, each) => sum + each.needles, 0);
    const { id, needles: held, gauge_mm, length_mm, lot, expiry } = one;
    const [left, expired] = [held - drawn - dropped, one.at.slice(0, 10) > expiry];
    return { id, needles: held, drawn, dropped, gauge_mm, length_mm, lot, expiry, left, expired };
  });
}

// ---- the recount (clinical/needle/counting.py)

function expected(now, standing) {
  const sum = (kind) => ofKind(standing, kind).reduce((total, event) => total + event.needles, 0);
  return now.tray - sum("missing") + sum("extra");
}

function uncovered(ledger, covers) {
  const held = new Set(covers);
  const left = [...ledger.everything.values()].filter((event) => !held.has(event.id) && event.kind !== "count");
  return left.map((event) => event.id);
}

function countsOf(ledger, now) {
  const standing = ofKind(ledger.standing, "count");
  const complete = new Set(standing.filter((one) => !uncovered(ledger, one.covers).length).map((one) => one.id));
  const covered = new Set(standing.filter((one) => complete.has(one.id)).flatMap((one) => one.covers));
  return standing.map((one) => {
    const then = complete.has(one.id) ? expected(now, ledger.standing) : expectedThen(ledger, one);
    const speaks = complete.has(one.id) && !covered.has(one.id);
    const { id, by, tray: found, covers } = one;
    return { id, by, found, expected: then, covers, speaks, agrees: found === then };
  });
}

function expectedThen(ledger, count) {
  const then = settle(count.covers.map((name) => ledger.everything.get(name)).filter(has));
  return expected(tally(then.standing), then.standing);
}

function recountDue(ledger, judged) {
  const confirmed = new Set(judged.filter((one) => one.agrees).flatMap((one) => one.covers));
  return ofKind(ledger.standing, "all_out").some((event) => !confirmed.has(event.id));
}

// ---- why it may not be closed (clinical/needle/closing.py)

function blocksOf(ledger, now, judged) {
  const found = [];
  const add = (rule, because) => found.push({ rule, because });
  blockNeedles(ledger, now, add);
  blockPacks(ledger, now, add);
  for (const { rule, because } of ledger.troubles) add(rule, because);
  blockCount(ledger, judged, add);
  return found;
}

function blockNeedles(ledger, now, add) {
  const still = now.at("in").filter((one) => !now.doubtful.includes(one.id));
  if (still.length) {
    const places = new Map();
    for (const one of still) {
      const name = `${words(one.muscle)} ${one.side}`;
      places.set(name, (places.get(name) ?? 0) + 1);
    }
    const text = [...places].sort(byKey(([name]) => name)).map(([name, number]) => `${name} (${number})`);
    add("needle.still_in", `${many(still.length, "needle is", "needles are")} still in: ${text.join(", ")}.`);
  }
  for (const name of now.doubtful) {
    const because = `Needle ${name} is recorded as out and as left in. Look at the patient, then undo the wrong one.`;
    add("needle.out_and_left_in", because);
  }
  for (const event of ofKind(ledger.standing, "left_in")) {
    if (event.patient_agreed) continue;
    const because = `Needle ${event.needle} is left in, and the patient was not told or did not agree.`;
    add("needle.left_in_untold", `${because} Tell them and correct it, or take the needle out.`);
  }
}

function blockPacks(ledger, now, add) {
  const told = ofKind(ledger.standing, "incident").filter((one) => one.what === "expired_pack").map((one) => one.about);
  for (const pack of now.packs) {
    if (pack.left < 0) {
      const used = `${pack.drawn + pack.dropped} needles were used of pack ${pack.id} (lot ${pack.lot})`;
      const because = `${used}, which holds ${pack.needles}. Correct the pack, or record the one that was opened.`;
      add("needle.more_in_than_opened", because);
    }
    if (pack.expired && !told.includes(pack.id)) {
      const because = `Pack ${pack.id} (lot ${pack.lot}) was past its date, ${pack.expiry}, when it was opened.`;
      add("pack.expired", `${because} Correct the date if it is wrong, or record an incident about the pack.`);
    }
  }
}

function blockCount(ledger, judged, add) {
  const speaking = judged.filter((one) => one.speaks);
  if (recountDue(ledger, judged)) {
    add("all_out.recount", "Everything was pulled out at once: count every needle again, floor and linen too.");
  }
  if (!judged.length) {
    add("count.none", "Nobody has counted yet: count the needles on the tray and in the sharps box.");
  } else if (!speaking.length) {
    const left = judged.map((one) => uncovered(ledger, one.covers));
    const [least] = left.sort((a, b) => a.length - b.length || compare(a, b));
    const some = least.slice(0, 5).join(", ") + (least.length > 5 ? ` and ${least.length - 5} more` : "");
    add("count.not_covering", `${many(least.length, "event is", "events are")} in no count (${some}): count again.`);
  }
  for (const one of speaking) if (!one.agrees) add("count.mismatch", mismatch(one));
}

function mismatch({ found, expected: due }) {
  const apart = Math.abs(due - found);
  const said = `Counted ${found}, expected ${due}: ${many(apart, "needle is", "needles are")}`;
  if (found > due) return `${said} too many. Record what was opened, or an incident.`;
  return `${said} not accounted for. The patient stays on the table: search, then count again.`;
}

// ---- problems and incidents (clinical/needle/mending.py, noticing.py)

function problemsOf(ledger) {
  return ofKind(ledger.standing, "problem").map(({ id, what, needle }) => {
    const about = (kind) => ofKind(ledger.standing, kind).filter((one) => one.problem === id);
    const said = (kind, key) => [...new Set(about(kind).map((one) => one[key]))].sort(compare);
    return { id, what, needle: needle ?? null, steps: said("step", "step"), outcomes: said("problem_over", "outcome") };
  });
}

// What somebody reported. What the record notices by itself beside that (noticing.py) no part of this page asks for.
function reported(ledger) {
  const found = ofKind(ledger.standing, "incident").map(({ id, what, account, about }) => {
    return { rule: `incident.${what}`, because: account, events: [id, about].filter(has) };
  });
  return found.sort((a, b) => compare(a.rule, b.rule) || compare(a.events, b.events));
}

// ---- the state

export function fold(events) {
  const ledger = settle(events);
  const now = tally(ledger.standing);
  const counts = countsOf(ledger, now);
  const blocks = blocksOf(ledger, now, counts);
  const open = now.at("in");
  const outs = now.needles.map((one) => one.out_at).filter(has);
  const checks = ofKind(ledger.standing, "chest_check");
  return {
    opened: now.opened,
    unused: now.unused,
    in: now.needles.length,
    out: now.at("out").length,
    indwelling: now.at("left_in").length,
    tray: now.tray,
    open_needles: open,
    left_in: now.at("left_in"),
    muscles: musclesOf(now.needles),
    can_close: !blocks.length,
    blocks,
    incidents: reported(ledger),
    needles: now.needles,
    packs: now.packs,
    counts,
    estim: runningOf(ledger, open),
    events: [...ledger.everything.keys()],
    recount_due: recountDue(ledger, counts),
    last_out: outs.length ? outs.reduce((last, at) => (instant(at) > instant(last) ? at : last)) : null,
    handed_to: handedTo(ledger),
    problems: problemsOf(ledger),
    chest_asked: [...new Set(checks.flatMap((one) => one.covers))].sort(compare),
    chest_symptoms: checks.some((one) => one.breathless || one.chest_pain),
    unsearched: unsearched(ledger.standing),
  };
}

function unsearched(standing) {
  if (!ofKind(standing, "missing").length) return [];
  const searched = ofKind(standing, "searched").map((one) => one.place);
  return ["skin", "hair", "clothing", "table", "floor"].filter((place) => !searched.includes(place));
}

function musclesOf(needles) {
  const together = new Map();
  for (const { muscle, side, twitches } of needles) {
    const key = JSON.stringify([muscle, side]);
    const one = together.get(key) ?? { muscle, side, needles: 0, twitches: 0 };
    together.set(key, { ...one, needles: one.needles + 1, twitches: one.twitches + twitches });
  }
  return [...together.values()].sort((a, b) => compare(a.muscle, b.muscle) || compare(a.side, b.side));
}

function runningOf(ledger, open) {
  const inNow = new Set(open.map((one) => one.id));
  const ended = new Set(ofKind(ledger.standing, "estim_off").map((one) => one.estim));
  const runs = (one) => !ended.has(one.id) && one.needles.some((name) => inNow.has(name));
  return ofKind(ledger.standing, "estim_on").filter(runs).map((one) => one.id);
}

function handedTo(ledger) {
  const handed = ofKind(ledger.standing, "hand_over");
  const followed = new Set(handed.map((one) => one.after));
  return [...new Set(handed.filter((one) => !followed.has(one.id)).map((one) => one.to))].sort(compare);
}
