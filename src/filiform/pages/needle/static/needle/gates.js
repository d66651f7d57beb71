// What stands against the next act, as clinical/needle/gates.py says it. The server asks the same again.

import { instant } from "./reading.js";

const LAST_CHECK = 72 * 3600 * 1e6; // microseconds: the last follow-up
const words = (name) => name.replaceAll("_", " ");
const stop = (rule, because) => ({ rule, because });

export function beforeOpening(lot, expiry, today) {
  if (today <= expiry) return [];
  return [stop("pack.expired", `Lot ${lot} was good until ${expiry}: put the pack away and take another one.`)];
}

// `locked`: what the screening said against this muscle on this side, given by the server with the page.
export function beforeInsertion(state, muscle, side, locked, packId, overLung) {
  const found = [...locked];
  if (state.recount_due) {
    found.push(stop("all_out.recount", "Everything was pulled out at once: count again before another needle."));
  }
  const pack = state.packs.find((one) => one.id === packId);
  if (!pack) found.push(stop("pack.not_opened", "Open a pack first: no needle goes in that was not counted."));
  if (pack?.expired) {
    found.push(stop("pack.expired", `Lot ${pack.lot} was good until ${pack.expiry}: open another pack.`));
  }
  if (pack && pack.left <= 0) {
    found.push(stop("pack.empty", `No unused needle is left of lot ${pack.lot}: open another pack.`));
  }
  const opposite = { left: "right", right: "left" }[side];
  const otherSide = state.muscles.some((one) => one.side === opposite && overLung.includes(one.muscle));
  if (overLung.includes(muscle) && otherSide) {
    const because =
      "The other side was already needled over the lung today: one side per session unless you decide otherwise.";
    found.push({ ...stop("needle.both_sides_over_lung", because), level: "warn" });
  }
  return found;
}

// `openedOn`: the local day of the session by the server's clock, or null when it is not known.
export function beforeClosing(state, overLung, openedOn) {
  const found = [...state.blocks, ...notSearched(state)];
  const told = state.incidents.filter((one) => one.rule === "incident.expired_pack").flatMap((one) => one.events);
  for (const pack of state.packs) {
    if (!openedOn || pack.expired || pack.expiry >= openedOn || told.includes(pack.id)) continue;
    const past = `Pack ${pack.id} (lot ${pack.lot}) was past its date, ${pack.expiry}, on the day of the session`;
    const because = `${past}: the clock of the device is wrong. Correct the date if it is wrong, or record an incident`;
    found.push(stop("pack.expired", `${because} about the pack.`));
  }
  for (const { what, outcomes } of state.problems) {
    if (outcomes.length) continue;
    found.push(stop("problem.open", `Problem, ${words(what)}: say how it ended before the patient leaves.`));
  }
  found.push(...chest(state, overLung), ...unwatched(state));
  return found;
}

function notSearched({ unsearched, problems }) {
  if (!unsearched.length || problems.some((one) => one.outcomes.includes("emergency"))) return [];
  const because = `A needle is missing and was not looked for here: ${unsearched.join(", ")}. Look, then count again.`;
  return [stop("needle.not_searched", because)];
}

function chest(state, overLung) {
  if (state.needles.some((one) => overLung.includes(one.muscle) && !state.chest_asked.includes(one.id))) {
    const because = "A muscle over the lung was needled: ask about breathing and chest pain, and record the answer.";
    return [stop("chest.not_asked", because)];
  }
  if (state.chest_symptoms && !state.problems.some((one) => one.what === "chest")) {
    const because =
      "The patient is short of breath or has pain in the chest: open Problem, chest, and follow its steps.";
    return [stop("chest.symptoms", because)];
  }
  return [];
}

function unwatched(state) {
  return state.left_in
    .filter((one) => one.due_out && instant(one.due_out) > instant(state.last_out ?? one.since) + LAST_CHECK)
    .map(({ id }) => {
      const because = `Needle ${id} is due out after the last follow-up: correct the date, or take it out.`;
      return stop("needle.left_in_unwatched", because);
    });
}

// Whole seconds that a needle has been in; never negative, whatever the clocks say. `now` in milliseconds.
export function dwell(needle, now) {
  const until = needle.out_at ? instant(needle.out_at) : now * 1000;
  return Math.max(Math.trunc((until - instant(needle.since)) / 1e6), 0);
}
