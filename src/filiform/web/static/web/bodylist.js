// Finding a part of the body by a word. Without JavaScript the groups are opened by hand.
for (const list of document.querySelectorAll("[data-bodylist]")) {
  const find = list.querySelector(".find");
  const box = find.querySelector("input");
  const none = list.querySelector("[data-none]");
  const groups = [...list.querySelectorAll("details")];
  const opened = new Map(groups.map((group) => [group, group.open]));
  find.hidden = false;

  function show(group, words) {
    const whole = words.every((word) => group.querySelector("summary").textContent.toLowerCase().includes(word));
    let any = false;
    for (const row of group.querySelectorAll("li")) {
      const text = row.textContent.toLowerCase();
      row.hidden = !(whole || words.every((word) => text.includes(word)));
      any ||= !row.hidden;
    }
    group.hidden = !any;
    group.open = any && (words.length > 0 || opened.get(group));
    return any;
  }

  box.addEventListener("input", () => {
    const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = groups.map((group) => show(group, words));
    none.hidden = found.some(Boolean);
  });
  // what is ticked stays in sight, whatever the search has hidden: the patient signs for it
  const marked = list.querySelector("[data-marked]");
  function tell() {
    const ticked = [...list.querySelectorAll("input[type=checkbox]:checked")];
    marked.hidden = ticked.length === 0;
    marked.querySelector("span").textContent = ticked.map((one) => one.getAttribute("aria-label")).join("; ");
  }
  if (marked) {
    list.addEventListener("change", tell);
    tell();
  }
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault(); // searching must not send the form around the list
  });
}
