// Short messages. Those that the server drew are read out by the live region; those of htmx come as HX-Trigger "toast".
const box = document.getElementById("toasts");
const STAY = 8000;

function dress(toast) {
  if (toast.querySelector("button")) return;
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = box.dataset.close;
  close.addEventListener("click", () => toast.remove());
  toast.append(close);
  // an error stays until somebody has closed it: nobody may miss that nothing was saved
  if (!toast.classList.contains("error")) setTimeout(() => toast.remove(), STAY);
}

export function say(text, kind = "") {
  if (!box) return;
  const toast = document.createElement("div");
  toast.className = `toast ${kind}`.trim();
  const words = document.createElement("span");
  words.textContent = text;
  toast.append(words);
  dress(toast);
  box.append(toast);
}

if (box) {
  box.querySelectorAll(".toast").forEach(dress);
  document.body.addEventListener("toast", (event) => say(event.detail.text, event.detail.kind));
  document.body.addEventListener("htmx:responseError", () => say(box.dataset.failed, "error"));
  document.body.addEventListener("htmx:sendError", () => say(box.dataset.offline, "error"));
}
