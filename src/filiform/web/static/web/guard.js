// A second press of the same button within 400 ms is a slip of the finger. And a form is sent once, not twice.
const SLIP = 400;
const pressed = new WeakMap();

document.addEventListener(
  "click",
  (event) => {
    const button = event.target.closest?.("button:not([type=button]), [hx-post]");
    if (!button || event.detail === 0) return; // detail 0: by keyboard, where a slip repeats nothing
    const last = pressed.get(button);
    if (last !== undefined && event.timeStamp - last < SLIP) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    pressed.set(button, event.timeStamp);
  },
  true,
);

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || form.matches("[hx-post]")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  event.submitter?.setAttribute("aria-busy", "true");
});

// Back in the browser shows the form as it was left: it may be sent again.
addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
  document.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
});

document.querySelector("[data-focus]")?.focus();
