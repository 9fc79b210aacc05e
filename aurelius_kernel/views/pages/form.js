// A form whose fields say what they are for; what the platform refuses is said at the field it names.
const make = (tag, attributes = {}, ...inside) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(name, "");
    else if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value);
  }
  made.append(...inside);
  return made;
};

const chosen = (field, value) => [].concat(field.value ?? []).includes(value);

const several = (field, id) => {
  const chips = field.options.map(([value, label]) =>
    make("label", { class: "chip" }, make("input", { type: "checkbox", name: field.name, value, checked: chosen(field, value) }), make("span", {}, label)));
  const box = make("div", { class: "chips" }, ...chips);
  if (chips.length <= 12) return [box];
  const find = make("input", { type: "search", placeholder: `Find among ${chips.length}`, "aria-label": `Find in ${field.label}`, id: `${id}-find` });
  find.addEventListener("input", () => {
    const wanted = find.value.trim().toLowerCase();
    for (const chip of chips) chip.hidden = !chip.textContent.toLowerCase().includes(wanted) && !chip.querySelector("input").checked;
  });
  return [find, box];
};

const control = (field, id) => {
  const common = { id, name: field.name, "aria-describedby": `${id}-hint ${id}-error` };
  if (field.kind === "choice") {
    return [make("select", common, ...field.options.map(([value, label]) => make("option", { value, selected: chosen(field, value) }, label)))];
  }
  if (field.kind === "long") return [make("textarea", { ...common, rows: 3 }, field.value ?? "")];
  return [make("input", { ...common, type: field.kind === "names" ? "text" : field.kind, value: field.value, min: field.min, max: field.max, step: field.kind === "number" ? field.step ?? "any" : null, autocomplete: "off" })];
};

const row = (field, id) => {
  const hint = make("small", { id: `${id}-hint`, class: "hint" }, field.hint ?? "");
  const error = make("small", { id: `${id}-error`, class: "error" });
  const about = { class: `field ${field.kind}`, "data-field": field.name };
  if (field.kind !== "several") return make("div", about, make("label", { for: id }, field.label), ...control(field, id), hint, error);
  return make("fieldset", { ...about, "aria-describedby": `${id}-hint ${id}-error` }, make("legend", {}, field.label), ...several(field, id), hint, error);
};

const values = (form, fields) => Object.fromEntries(fields.map((field) => {
  const given = new FormData(form).getAll(field.name);
  if (field.kind === "several") return [field.name, given];
  if (field.kind === "names") return [field.name, given[0].split(",").map((name) => name.trim()).filter(Boolean)];
  const one = given[0] ?? "";
  return [field.name, field.kind === "number" && one !== "" ? Number(one) : one];
}));

const belongs = (problem, name) => problem === name || problem.startsWith(`${name}.`) || name.startsWith(`${problem}.`);

const point_out = (form, problems) => {
  let first = null;
  for (const place of form.querySelectorAll("[data-field]")) {
    const found = Object.entries(problems).find(([problem]) => belongs(problem, place.dataset.field));
    const target = place.querySelector("input:not([type=search]), select, textarea");
    place.querySelector(".error").textContent = found ? found[1] : "";
    if (target && found) { target.setAttribute("aria-invalid", "true"); first = first ?? target; } else target?.removeAttribute("aria-invalid");
  }
  first?.focus();
};

const tell = (line, outcome) => {
  line.className = `outcome ${outcome.kind ?? ""}`;
  line.replaceChildren(make("span", {}, outcome.text ?? ""));
  if (outcome.progress !== null && outcome.progress !== undefined) line.append(" ", make("progress", { max: 1, value: outcome.progress, "aria-label": "Progress" }));
  if (outcome.href) line.append(" ", make("a", { href: outcome.href }, outcome.label));
};

function render({ model, el }) {
  const fields = model.get("fields");
  const id = `form-${Math.random().toString(36).slice(2)}`;
  const send = make("button", { type: "submit", class: "send" }, model.get("action"));
  const line = make("p", { class: "outcome", role: "status", "aria-live": "polite" });
  const form = make("form", { novalidate: true }, make("div", { class: "fields" }, ...fields.map((field, place) => row(field, `${id}-${place}`))), make("div", { class: "end" }, send, line));
  const shell = make("details", { class: "asking", open: model.get("is_open") }, make("summary", {}, model.get("heading")), form);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send.disabled = true;
    point_out(form, {});
    tell(line, { text: "Asking …", kind: "soft" });
    model.send({ values: values(form, fields) });
  });
  const answered = () => {
    const outcome = model.get("outcome");
    send.disabled = false;
    if (!outcome.text) return;
    const problems = Object.entries(outcome.fields ?? {});
    point_out(form, outcome.fields ?? {});
    const placed = problems.length > 0 && problems.every(([problem]) => fields.some((field) => belongs(problem, field.name)));
    tell(line, placed ? { ...outcome, text: "Not yet: see what is marked above." } : outcome);
  };
  model.on("change:outcome", answered);
  el.replaceChildren(shell);
  answered();
}

export default { render };
