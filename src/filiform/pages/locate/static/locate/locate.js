// Taps are seen at once; what they change comes from the server. Without this module everything works by links and forms.
const page = document.querySelector(".locate");
const waiting = [];
let sending = false;
let later = null;

// While findings are on their way, another tap waits for them: what it was on is replaced when they are answered.
page?.addEventListener(
  "click",
  (event) => {
    const control = event.target.closest("a[href], button, summary");
    if (!sending || !control || control.closest(".findings, summary")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    control.setAttribute("aria-busy", "true");
    later = again(control);
  },
  true,
);

page?.addEventListener("click", (event) => {
  const button = event.target.closest(".findings button[name=finding]");
  if (button) {
    event.preventDefault();
    tap(button);
    return;
  }
  const muscle = event.target.closest("#map a.pick");
  if (!muscle || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (muscle.getAttribute("aria-current") && event.detail > 0 && put(muscle, event)) return;
  choose(muscle);
});

// A finding is shown as found when it is tapped, and sent after those before it. Sent by hand, because a form that waits
// its turn would send the button that was tapped last, not its own.
function tap(button) {
  const others = [...button.parentElement.children];
  const before = others.find((one) => one.getAttribute("aria-pressed") === "true");
  show(others, button);
  waiting.push({ form: button.form, finding: button.value, undo: () => show(others, before) });
  if (sending) return;
  sending = true;
  requestAnimationFrame(() => setTimeout(send)); // seen first, then sent
}

function show(buttons, on) {
  for (const one of buttons) one.setAttribute("aria-pressed", String(one === on));
}

async function send() {
  while (waiting.length) {
    const { form, finding, undo } = waiting.shift();
    let kept = false;
    const note = (event) => (kept = event.detail.elt === form ? event.detail.successful : kept);
    document.addEventListener("htmx:afterRequest", note);
    try {
      await htmx.ajax("POST", form.action, { source: form, swap: "none settle:0ms", values: { finding } });
    } catch {
      kept = false; // not reached: htmx has said so
    }
    document.removeEventListener("htmx:afterRequest", note);
    if (!kept) undo();
  }
  sending = false;
  const next = later;
  later = null;
  next?.();
}

// How a control is found again after its part of the page was replaced.
function again(control) {
  const find = control.form
    ? () => [...page.querySelectorAll(`button[name="${control.name}"]`)].filter((one) => one.value === control.value)
    : () => [...page.querySelectorAll("a[href]")];
  const where = control.form?.getAttribute("action") ?? control.getAttribute("href");
  const address = (one) => one.form?.getAttribute("action") ?? one.getAttribute("href");
  return () => {
    const same = find().find((one) => address(one) === where);
    if (same) same.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
    else if (!control.form) look(where);
  };
}

function look(address) {
  const parts = { source: page, target: "#candidates", select: "#candidates", swap: "outerHTML show:none settle:0ms" };
  return htmx.ajax("GET", address, parts).catch(() => {}); // not reached: htmx has said so
}

// Another muscle: its edge is drawn now, the page about it follows.
function choose(muscle) {
  muscle.ownerSVGElement.querySelectorAll(".m.chosen").forEach((path) => path.classList.remove("chosen"));
  muscle.firstElementChild.classList.add("chosen");
  look(muscle.getAttribute("href")).then(() => document.querySelector("#press")?.scrollIntoView({ block: "nearest" }));
}

// A tap on the chosen muscle puts its point there, in the units of the figure.
function put(muscle, event) {
  const form = document.querySelector("#place");
  const map = muscle.ownerSVGElement;
  const matrix = map.getScreenCTM();
  if (!form || !matrix) return false;
  const spot = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse());
  const sign = document.createElementNS(map.namespaceURI, "circle");
  for (const [name, value] of Object.entries({ class: "put", cx: spot.x, cy: spot.y, r: 5 })) sign.setAttribute(name, value);
  map.append(sign);
  form.elements.x.value = spot.x.toFixed(1);
  form.elements.y.value = spot.y.toFixed(1);
  form.requestSubmit();
  return true;
}

document.addEventListener("htmx:afterSwap", () => document.querySelector("#ask h3, #refused .errors")?.focus());
