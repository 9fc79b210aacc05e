// Lines on a canvas, axes and brushes over it in SVG; a brush is two heights between 0 and 1.
const NS = "http://www.w3.org/2000/svg", HEIGHT = 340, TOP = 34, FOOT = 16, SIDE = 70, MOST = 4000, STEP = 0.05, PAUSE = 70;

const make = (name, attributes, parent, text) => {
  const node = document.createElementNS(NS, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (text !== undefined) node.textContent = text;
  parent.append(node);
  return node;
};
const floats = (view) => new Float32Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));
const near = (axis, place) => axis.ticks.reduce((best, tick) => (Math.abs(tick[0] - place) < Math.abs(best[0] - place) ? tick : best))[1];

function render({ model, el }) {
  el.classList.add("parallel");
  el.style.height = `${HEIGHT}px`;
  const canvas = document.createElement("canvas"), svg = make("svg", { role: "group", "aria-label": "Parallel coordinates: brush an axis to choose combinations" }, el);
  el.prepend(canvas);
  let axes = [], places = new Float32Array(), tones = new Float32Array(), brushes = {}, order = [], sent = 0, waiting = null;

  const across = (axis) => SIDE + (axes.length < 2 ? 0 : (axis * (el.clientWidth - 2 * SIDE)) / (axes.length - 1));
  const down = (place) => TOP + (1 - place) * (HEIGHT - TOP - FOOT);
  const inside = (row) => Object.entries(brushes).every(([axis, [low, high]]) => {
    const at = places[row * axes.length + Number(axis)];
    return at >= low - 1e-6 && at <= high + 1e-6;
  });

  const paint = () => {
    const ratio = window.devicePixelRatio || 1, style = getComputedStyle(el);
    canvas.width = el.clientWidth * ratio;
    canvas.height = HEIGHT * ratio;
    const pen = canvas.getContext("2d");
    pen.scale(ratio, ratio);
    const low = style.getPropertyValue("--grey").trim() || "#8d95a1", high = style.getPropertyValue("--line-1").trim() || "#0f5c9e";
    const busy = Math.max(0.12, Math.min(0.8, 60 / Math.max(order.length, 1)));
    const line = (row, colour, alpha) => {
      pen.strokeStyle = colour;
      pen.globalAlpha = alpha;
      pen.beginPath();
      for (let axis = 0; axis < axes.length; axis++) pen.lineTo(across(axis), down(places[row * axes.length + axis]));
      pen.stroke();
    };
    const chosen = order.map(inside);
    pen.lineWidth = 1;
    order.forEach((row, at) => { if (!chosen[at]) line(row, low, busy / 3); });
    order.forEach((row, at) => { if (chosen[at]) line(row, tones[row] > 0.5 ? high : low, busy * (0.35 + 0.65 * Math.abs(2 * tones[row] - 1))); });
    pen.lineWidth = 2;
    const best = order.findLast((_, at) => chosen[at]);
    if (best !== undefined) line(best, style.getPropertyValue("--line-2").trim() || "#b45a1c", 1);
  };

  const tell = (now) => {
    clearTimeout(waiting);
    const send = () => { sent = Date.now(); model.set("brushes", { ...brushes }); model.save_changes(); };
    if (now || Date.now() - sent > PAUSE) send();
    else waiting = setTimeout(send, PAUSE);
  };

  const mark = (group, axis) => {
    const brush = brushes[axis], rect = group.querySelector(".brush"), low = brush ? brush[0] : 0, high = brush ? brush[1] : 1;
    rect.setAttribute("y", down(high));
    rect.setAttribute("height", Math.max(brush ? 2 : 0, brush ? down(low) - down(high) : 0));
    group.setAttribute("aria-valuenow", Math.round(50 * (low + high)));
    group.setAttribute("aria-valuetext", brush ? `about ${near(axes[axis], low)} to ${near(axes[axis], high)}` : "all");
  };

  const brushed = (group, axis, ends, now) => {
    if (ends === null) delete brushes[axis];
    else brushes[axis] = ends.map((end) => Math.min(1, Math.max(0, end))).sort((a, b) => a - b);
    mark(group, axis);
    paint();
    tell(now);
  };

  const follow = (group, axis, hit) => {
    const at = (event) => 1 - (event.clientY - el.getBoundingClientRect().top - TOP) / (HEIGHT - TOP - FOOT);
    hit.addEventListener("pointerdown", (event) => {
      const first = at(event);
      hit.setPointerCapture(event.pointerId);
      const moved = (next) => brushed(group, axis, [first, at(next)], false);
      const ended = (last) => {
        hit.removeEventListener("pointermove", moved);
        brushed(group, axis, Math.abs(at(last) - first) < 0.015 ? null : [first, at(last)], true);
      };
      hit.addEventListener("pointermove", moved);
      hit.addEventListener("pointerup", ended, { once: true });
    });
    group.addEventListener("keydown", (event) => {
      const move = { ArrowUp: STEP, ArrowDown: -STEP }[event.key], own = brushes[axis];
      if (event.key === "Escape" || event.key === "Delete") brushed(group, axis, null, true);
      else if (move === undefined) return;
      else if (!own) brushed(group, axis, move > 0 ? [0.5, 1] : [0, 0.5], true);
      else if (event.shiftKey) brushed(group, axis, [own[0], Math.max(own[0] + STEP, own[1] + move)], true);
      else if (own[0] + move > -STEP / 2 && own[1] + move < 1 + STEP / 2) brushed(group, axis, own.map((end) => end + move), true);
      event.preventDefault();
    });
  };

  const lay = () => {
    svg.replaceChildren();
    axes.forEach((axis, number) => {
      const x = across(number), last = number === axes.length - 1 && number > 0;
      const group = make("g", { tabindex: 0, role: "slider", "aria-label": `${axis.name}: arrow keys brush, Escape takes the brush off`, "aria-orientation": "vertical", "aria-valuemin": 0, "aria-valuemax": 100 }, svg);
      make("line", { x1: x, x2: x, y1: down(1), y2: down(0) }, group);
      make("text", { class: "name", x, y: 16, "text-anchor": number === 0 ? "start" : last ? "end" : "middle", dx: number === 0 ? -SIDE + 6 : last ? SIDE - 6 : 0 }, group, axis.name);
      for (const [place, text] of axis.ticks) make("text", { x: x + (last ? 8 : -8), y: down(place) + 4, "text-anchor": last ? "start" : "end" }, group, text);
      make("rect", { class: "brush", x: x - 7, width: 14 }, group);
      follow(group, number, make("rect", { class: "hit", x: x - 18, width: 36, y: down(1) - 8, height: down(0) - down(1) + 16 }, group));
      mark(group, number);
    });
    paint();
  };

  const take = () => {
    axes = model.get("axes");
    places = floats(model.get("places"));
    tones = floats(model.get("tones"));
    brushes = { ...model.get("brushes") };
    const rows = axes.length ? places.length / axes.length : 0, step = Math.max(1, rows / MOST);
    order = Array.from({ length: Math.min(rows, MOST) }, (_, at) => Math.floor(at * step)).sort((a, b) => tones[a] - tones[b]);
    lay();
  };

  const brush = () => {
    if (JSON.stringify(model.get("brushes")) === JSON.stringify(brushes)) return;
    brushes = { ...model.get("brushes") };
    lay();
  };
  model.on("change:tones", take);
  model.on("change:brushes", brush);
  const size = new ResizeObserver(lay);
  size.observe(el);
  window.addEventListener("aurelius:theme", paint);
  take();
  return () => {
    size.disconnect();
    window.removeEventListener("aurelius:theme", paint);
    model.off("change:tones", take);
    model.off("change:brushes", brush);
  };
}

export default { render };
