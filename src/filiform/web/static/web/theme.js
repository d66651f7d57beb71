// Light, dark or as the system says. Kept in a cookie of this device, so that the server draws the right one at once.
const YEAR = 31536000;

function chosen(cookie, fallback) {
  const pair = document.cookie.split("; ").find((part) => part.startsWith(`${cookie}=`));
  const value = pair ? pair.slice(cookie.length + 1) : "";
  return value === "light" || value === "dark" ? value : fallback;
}

for (const group of document.querySelectorAll("[data-theme-switch]")) {
  const cookie = group.dataset.themeSwitch;
  const buttons = group.querySelectorAll("button[data-set]");
  const show = () => {
    const now = chosen(cookie, group.dataset.default);
    buttons.forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.set === now)));
  };
  group.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-set]");
    if (!button) return;
    const secure = location.protocol === "https:" ? "; Secure" : "";
    const age = button.dataset.set ? YEAR : 0;
    document.cookie = `${cookie}=${button.dataset.set}; Path=/; Max-Age=${age}; SameSite=Lax${secure}`;
    document.documentElement.dataset.theme = button.dataset.set || group.dataset.default;
    show();
  });
  show();
  group.hidden = false;
}

// A menu closes when somebody presses Escape or points elsewhere.
for (const menu of document.querySelectorAll("details.menu")) {
  document.addEventListener("click", (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}
