// The frame's own behaviour: menu, theme, account, and what happens as somebody leaves.
(() => {
  const root = document.documentElement;
  const find = (selector) => document.querySelector(selector);

  const menu = find(".menu"), pages = find("#pages");
  menu.addEventListener("click", () => menu.setAttribute("aria-expanded", String(pages.classList.toggle("open"))));

  const ORDER = ["system", "light", "dark"], SIGN = { system: "◐", light: "○", dark: "●" };
  const theme = find("#theme");
  const named = () => {
    const chosen = root.dataset.chosen;
    theme.setAttribute("aria-label", `Theme: ${chosen}`);
    theme.title = `Theme: ${chosen}`;
    theme.firstElementChild.textContent = SIGN[chosen];
  };
  theme.addEventListener("click", () => {
    window.aureliusTheme(ORDER[(ORDER.indexOf(root.dataset.chosen) + 1) % ORDER.length]);
  });
  addEventListener("aurelius:theme", named);
  named();

  const user = find(".user");
  document.addEventListener("click", (event) => { if (user && user.open && !user.contains(event.target)) user.open = false; });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && user) user.open = false; });

  // Voilà hangs its shell at the end of the body; it belongs where the page's cells are.
  const home = find("#page");
  new MutationObserver((_, observer) => {
    const shell = document.body.querySelector(":scope > #main");
    if (shell) { observer.disconnect(); home.append(shell); }
  }).observe(document.body, { childList: true });

  // Who leaves, however that is, leaves no kernel behind.
  const page = { kernel: document.body.dataset.kernel };
  addEventListener("pagehide", () => {
    const said = new FormData();
    said.append("_xsrf", /(?:^|; )_xsrf=([^;]*)/.exec(document.cookie)?.[1] ?? "");
    navigator.sendBeacon(`${document.body.dataset.baseUrl}api/shutdown/${page.kernel}`, said);
  });
  window.aurelius.page = page;
})();
