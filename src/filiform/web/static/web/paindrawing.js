// The pain drawing: a tap on a place paints it at once and reads it back; what was tapped is sent behind, one after
// another, until the server has it. Nothing is kept in the browser: what is not sent yet holds the page open.
const sheet = document.querySelector("[data-drawing]");
const said = sheet?.querySelector("[data-said]");
const state = document.querySelector("[data-state]");
const steps = sheet ? JSON.parse(sheet.dataset.steps) : [];
const waiting = []; // [place, the number it shall have, null for none], in the order of the taps: undo goes back by taps
const names = new Map(); // place: its words, without what is marked
const AGAIN = 3000; // ms between two tries without a network
let sending = null; // the promise of whatever is on its way

const stepOf = (n) => steps.findLastIndex((step) => n >= step.least);

// One tap more, as `Marking.tapped` counts: from nothing to the first step, after the last back to nothing.
function tapped(n) {
  if (n === null) return steps[0].sets;
  const next = stepOf(n) + 1;
  return next < steps.length ? steps[next].sets : null;
}

const wordOf = (n) => steps[stepOf(n)]?.words ?? sheet.dataset.zero;
const number = (place) => (place.dataset.n === "" ? null : Number(place.dataset.n));
const css = (n) => Math.min(4, Math.floor((n + 2) / 3)); // as `strength` in web/bodymap/layers.py

function paint(place, n) {
  place.dataset.n = n ?? "";
  const words = names.get(place.dataset.place);
  place.setAttribute("aria-label", n === null ? words : `${words}, ${wordOf(n)}`);
  const path = place.querySelector("path");
  if (path) {
    if (n === null) path.removeAttribute("class");
    else path.setAttribute("class", `pain p${css(n)}`);
    place.querySelector("text").textContent = n ?? "";
  } else {
    place.classList.remove("p0", "p1", "p2", "p3", "p4");
    if (n !== null) place.classList.add(`p${css(n)}`);
    place.querySelector("b").textContent = n ?? "";
  }
}

function say(place, n) {
  const words = names.get(place.dataset.place);
  said.textContent = `${words}, ${n === null ? sheet.dataset.gone : wordOf(n)}`;
}

function tell(words) {
  if (!state) return;
  state.querySelector("[data-words]").textContent = words;
  state.querySelector("[data-kept]").hidden = words !== sheet.dataset.saved;
}

function tap(place) {
  const n = tapped(number(place));
  paint(place, n);
  say(place, n);
  waiting.push([place.dataset.place, n]);
  sending ??= send();
}

async function send() {
  tell(sheet.dataset.saving);
  while (waiting.length) {
    const [place, n] = waiting[0];
    let answer = null;
    try {
      answer = await post(place, n);
    } catch {
      tell(sheet.dataset.unsaved); // no network: the mark stays on the screen, and is sent when there is one
      await new Promise((go) => setTimeout(go, AGAIN));
      continue;
    }
    waiting.shift();
    if (!(await taken(answer))) {
      waiting.length = 0;
      sending = null;
      agree(); // what was not kept is not shown
      said.textContent = sheet.dataset.ended;
      tell("");
      return;
    }
  }
  agree();
  tell(sheet.dataset.saved);
  sending = null;
}

function post(place, n) {
  const marks = document.querySelector("[data-marks]");
  const body = new URLSearchParams({ site: place, intensity: n ?? "none", seen: marks.dataset.seen, here: hereOf() });
  return fetch(sheet.dataset.post, {
    method: "POST",
    body,
    headers: { "X-Drawing": "1", "X-CSRFToken": document.querySelector("[name=csrfmiddlewaretoken]").value },
  });
}

const hereOf = () => sheet.querySelector("[name=here]").value;

// What the server says is marked now takes the place of what stood there; a refusal says why.
async function taken(answer) {
  if (answer.status !== 200 && answer.status !== 409) return false;
  const holder = document.createElement("template");
  holder.innerHTML = await answer.text();
  const fresh = holder.content.querySelector("[data-marks]");
  if (!fresh) return false;
  document.querySelector("[data-marks]").replaceWith(fresh);
  for (const field of document.querySelectorAll("[name=seen]")) field.value = fresh.dataset.seen;
  if (answer.status === 200) sheet.querySelector("[data-undo]").disabled = false;
  else said.textContent = ""; // what was read back was not kept
  return true;
}

// The picture shows what is kept, and nothing else.
function agree() {
  const kept = JSON.parse(document.querySelector("[data-marks]").dataset.values);
  for (const place of sheet.querySelectorAll("[data-place]")) paint(place, kept[place.dataset.place] ?? null);
}

if (sheet) {
  for (const place of sheet.querySelectorAll("[data-place]")) {
    const words = place.getAttribute("aria-label");
    const n = number(place);
    names.set(place.dataset.place, n === null ? words : words.slice(0, words.lastIndexOf(", ")));
    place.setAttribute("role", "button");
  }
  sheet.addEventListener("click", (event) => {
    const place = event.target.closest("[data-place]");
    if (!place || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    tap(place);
  });
  sheet.addEventListener("keydown", (event) => {
    const place = event.target.closest("[data-place]");
    if (!place || event.key !== " ") return;
    event.preventDefault();
    tap(place);
  });
  // Whatever leads on waits until everything is kept.
  document.addEventListener(
    "click",
    async (event) => {
      const link = event.target.closest("a[href]:not([data-place])");
      if (!link || !sending) return;
      event.preventDefault();
      await sending;
      location.assign(link.isConnected ? link.href : (document.querySelector("[data-go]")?.href ?? link.href));
    },
    true,
  );
  document.addEventListener(
    "submit",
    async (event) => {
      if (!sending) return;
      event.preventDefault();
      const form = event.target;
      await sending;
      if (form.isConnected) form.requestSubmit();
    },
    true,
  );
  addEventListener("beforeunload", (event) => {
    if (waiting.length) event.preventDefault();
  });
}
