// The server was started anew, or the kernel was ended for being idle: the page's parts are made again on a new kernel, and the page stays.
(() => {
  const MIME = "application/vnd.jupyter.widget-view+json", PATIENCE = 20000;
  const { page, cells, draw, watch } = window.aurelius;

  const isGone = (kernel) => fetch(`${document.body.dataset.root}api/kernels/${kernel}`).then((answer) => answer.status === 404, () => false);

  const made_anew = async () => {
    const answer = await fetch(location.href, { signal: AbortSignal.timeout(PATIENCE) });
    if (!answer.ok || answer.redirected) throw new Error(`the page answers ${answer.status}`);
    const found = new DOMParser().parseFromString(await answer.text(), "text/html");
    return { kernel: found.body.dataset.kernel, parts: found.querySelectorAll("#rendered_cells > .cell, #rendered_cells > .state") };
  };

  // What Voilà does when a page is loaded, for a page that is there already: another kernel, and a manager of its widgets.
  const managed = (app, id) => {
    const old = app.widgetManager, { rendermime } = old;
    const Kernel = old.kernel.constructor, Manager = old.constructor, Renderer = rendermime.createRenderer(MIME).constructor;
    const kernel = new Kernel({ model: { id, name: old.kernel.name }, serverSettings: old.kernel.serverSettings });
    const manager = new Manager(kernel, rendermime);
    manager._registry = old._registry;
    rendermime.removeMimeType(MIME);
    rendermime.addFactory({ safe: false, mimeTypes: [MIME], createRenderer: (options) => new Renderer(options, manager) }, -10);
    app.widgetManager = manager;
    watch(manager);
    return old;
  };

  // What listens on behalf of the old kernel listens no more; nothing is sent to it.
  const forget = async (manager) => {
    for (const id of [...manager.registeredModels]) (await manager.get_model(id).catch(() => null))?.close(true);
    manager.kernel.dispose();
  };

  const revive = async () => {
    const app = window.jupyterapp;
    if (!app?.widgetManager || !(await isGone(page.kernel))) return;
    window.aurelius.told.clear();
    const top = scrollY, { kernel, parts } = await made_anew();
    const old = managed(app, kernel);
    page.kernel = kernel;
    cells.style.minHeight = `${cells.offsetHeight}px`;
    cells.replaceChildren(...parts);
    draw();
    scrollTo({ top });
    setTimeout(() => { cells.style.minHeight = ""; }, 2000);
    await forget(old);
  };

  let reviving = null;
  const once = () => { reviving ??= revive().catch(() => location.reload()).finally(() => { reviving = null; }); };
  addEventListener("aurelius:back", once);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) once(); });
})();
