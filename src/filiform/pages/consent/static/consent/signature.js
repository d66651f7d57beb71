// A drawn signature, kept as strokes in the drawing's own units: turning the tablet or scrolling loses nothing.
const WIDE = 600;
const HIGH = 200;

for (const box of document.querySelectorAll("[data-signature]")) {
  const pad = box.querySelector("svg");
  const line = pad.querySelector("path");
  const field = box.querySelector("input");
  let stroke = null;
  box.hidden = false;
  line.setAttribute("d", field.value);

  function point(event) {
    const at = pad.getBoundingClientRect();
    const x = Math.round(((event.clientX - at.left) / at.width) * WIDE);
    const y = Math.round(((event.clientY - at.top) / at.height) * HIGH);
    return `${Math.min(WIDE, Math.max(0, x))} ${Math.min(HIGH, Math.max(0, y))}`;
  }

  function add(text) {
    field.value += text;
    line.setAttribute("d", field.value);
  }

  pad.addEventListener("pointerdown", (event) => {
    if (stroke !== null) return;
    stroke = event.pointerId;
    pad.setPointerCapture(stroke);
    const at = point(event);
    add(`M${at}L${at}`); // a dot is a signature's dot, too
    event.preventDefault();
  });
  pad.addEventListener("pointermove", (event) => {
    if (event.pointerId === stroke) add(`L${point(event)}`);
  });
  for (const end of ["pointerup", "pointercancel"]) {
    pad.addEventListener(end, (event) => {
      if (event.pointerId === stroke) stroke = null;
    });
  }
  box.querySelector("[data-clear]").addEventListener("click", () => {
    field.value = "";
    line.setAttribute("d", "");
  });
}
