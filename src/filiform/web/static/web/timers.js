// Clocks that count on: <time data-elapsed="SECONDS">. The server says how much had passed when it drew the page, so a
// wrong clock on this device does not matter; only the time since then is measured here. Date.now() also counts sleep.
const drawnAt = new WeakMap();

export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (number) => String(number).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${two(minutes)}:${two(whole % 60)}`;
}

function tick() {
  const now = Date.now();
  for (const element of document.querySelectorAll("time[data-elapsed]")) {
    const elapsed = element.dataset.elapsed;
    const known = drawnAt.get(element);
    const start = known && known.elapsed === elapsed ? known : { elapsed, at: now };
    drawnAt.set(element, start);
    const seconds = Number(elapsed) + (now - start.at) / 1000;
    const late = element.dataset.target !== undefined && seconds >= Number(element.dataset.target);
    const text = late ? `${clock(seconds)} ${element.dataset.late}` : clock(seconds);
    element.classList.toggle("late", late);
    if (element.textContent !== text) element.textContent = text;
  }
}

tick();
setInterval(tick, 500);
document.addEventListener("visibilitychange", tick);
// A page taken whole from the browser's memory shows needles and times of then: ask the server again.
addEventListener("pageshow", (event) => {
  if (event.persisted && document.querySelector("time[data-elapsed]")) location.reload();
});
