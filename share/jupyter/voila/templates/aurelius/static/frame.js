// The frame's own behaviour: menu, theme, skeleton, and the one socket that every live part of the page listens to.
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
    named();
  });
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

  const cells = find("#rendered_cells"), skeleton = find("#skeleton");
  const drawn = () => cells.querySelector(".jupyter-widgets, .state, table, figure, svg, .tiles");
  const settle = () => { if (drawn() || !cells.querySelector("script[type='application/vnd.voila.cell-output+json']")) { skeleton.hidden = true; watch.disconnect(); } };
  const watch = new MutationObserver(settle);
  watch.observe(cells, { childList: true, subtree: true });
  settle();

  const WAITS = [1, 2, 4, 8, 16], STATES = { live: "Live", reconnecting: "Reconnecting", offline: "Offline" };
  const connection = find("#connection");
  const say = (state) => {
    connection.dataset.state = state;
    connection.lastElementChild.textContent = STATES[state];
    window.dispatchEvent(new CustomEvent("aurelius:connection", { detail: state }));
  };
  let seen = null, epoch = null, failures = 0, socket = null;
  const address = () => {
    const url = new URL(document.body.dataset.socket, location.href);
    url.protocol = url.protocol.replace("http", "ws");
    if (seen !== null) { url.searchParams.set("after", seen); url.searchParams.set("epoch", epoch); }
    return url;
  };
  const take = (frame) => {
    if (frame.type === "connected") {
      epoch = frame.data.epoch ?? epoch;
      seen = seen ?? frame.data.seq;
    } else if (frame.seq != null) {
      if (seen !== null && frame.seq <= seen && frame.type !== "resync") return;
      seen = frame.seq;
    }
    window.dispatchEvent(new CustomEvent("aurelius:event", { detail: frame }));
  };
  const open = () => {
    socket = new WebSocket(address());
    socket.onopen = () => { failures = 0; say("live"); };
    socket.onmessage = (message) => take(JSON.parse(message.data));
    socket.onclose = (closed) => {
      if (closed.code === 4401) { location.reload(); return; }
      say(failures < WAITS.length ? "reconnecting" : "offline");
      setTimeout(open, 1000 * WAITS[Math.min(failures++, WAITS.length - 1)]);
    };
  };
  window.aurelius = { send: (command) => socket.readyState === WebSocket.OPEN && socket.send(JSON.stringify(command)) };
  say("reconnecting");
  open();
})();
