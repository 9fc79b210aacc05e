// What the cells put out: its markup at once, its widgets as they come, and a skeleton until there is something to see.
(() => {
  const PENDING = "script[type='application/vnd.aurelius.output+json']", ASK_AGAIN = 4000;
  const root = document.documentElement;
  const cells = document.querySelector("#rendered_cells"), skeleton = document.querySelector("#skeleton");

  const hasContent = () => cells.querySelector(".jupyter-widgets, .state, table, figure, svg, .tiles") !== null;
  const isPut = (output) => output.childElementCount > 0 || !/^(Loading widget.*)?$/.test(output.textContent.trim());
  const isDrawn = () => document.readyState === "complete" && !cells.querySelector(`${PENDING}, .skeleton`) && [...cells.querySelectorAll(".jp-OutputArea-output")].every(isPut);

  const read = (script) => { try { return JSON.parse(script.textContent); } catch { return null; } };  // its end may not have come yet
  const put = (rendermime, output, script) => {
    const mime = rendermime.preferredMimeType(output.data ?? {}, "any"), place = script.parentElement;
    script.remove();
    if (!mime) return;
    const renderer = rendermime.createRenderer(mime);
    renderer.addClass("jp-OutputArea-output");
    renderer.constructor.attach(renderer, place);
    renderer.renderModel(output);
  };
  const draw = () => {
    const rendermime = window.jupyterapp?.widgetManager?.rendermime;
    if (!rendermime) return;
    for (const script of cells.querySelectorAll(PENDING)) {
      const output = read(script);
      if (output) put(rendermime, output, script);
    }
  };

  const settle = () => {
    draw();
    for (const early of cells.querySelectorAll(".early")) if ([...early.parentElement.querySelectorAll(".jp-OutputArea-output")].some(isPut)) early.remove();
    skeleton.hidden = hasContent() || isDrawn();
    if (isDrawn()) root.classList.add("drawn");
  };
  new MutationObserver(settle).observe(cells, { childList: true, subtree: true, characterData: true });
  addEventListener("aurelius:begun", settle);

  // What is made while the connection is broken is in the list of all widgets that is asked for afterwards.
  const broken = (kernel, state) => { if (state !== "connected") kernel.knowsAll = false; };
  const watch = (manager) => manager.kernel.connectionStatusChanged.connect(broken);
  addEventListener("aurelius:begun", () => { if (window.jupyterapp.widgetManager) watch(window.jupyterapp.widgetManager); });

  addEventListener("load", settle);
  settle();

  // An answer may be lost before the page listens: a kernel that has not told of its widgets is asked again.
  setInterval(() => {
    draw();
    const manager = window.jupyterapp?.widgetManager;
    if (manager && !manager.restoredStatus && manager.kernel.connectionStatus === "connected") manager.restoreWidgets();
  }, ASK_AGAIN);

  Object.assign(window.aurelius, { cells, isDrawn, draw, watch });
})();
