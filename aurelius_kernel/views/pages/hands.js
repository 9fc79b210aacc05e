// Clicks on a page's buttons, and in a corner what came of them.
const corner = () => {
  let found = document.querySelector("#outcomes");
  if (!found) {
    found = document.createElement("div");
    found.id = "outcomes";
    found.setAttribute("role", "status");
    found.setAttribute("aria-live", "polite");
    document.body.append(found);
  }
  return found;
};

const tell = (outcome) => {
  const line = document.createElement("p");
  line.className = outcome.kind;
  line.textContent = outcome.text;
  if (outcome.href) {
    const way = document.createElement("a");
    way.href = outcome.href;
    way.textContent = outcome.label;
    line.append(" ", way);
  }
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = "×";
  close.setAttribute("aria-label", "Close");
  close.addEventListener("click", () => line.remove());
  line.append(close);
  corner().append(line);
  if (outcome.kind !== "bad") setTimeout(() => line.remove(), 12000);
};

const same = (act, id) => [...document.querySelectorAll(`button[data-act="${act}"]`)].filter((button) => button.dataset.id === id);

export default {
  initialize({ model }) {
    corner();
    const click = (event) => {
      const button = event.target.closest?.("button[data-act]");
      if (!button || !model.get("acts").includes(button.dataset.act)) return;
      const { act, id } = button.dataset;
      for (const one of same(act, id)) { one.disabled = true; one.setAttribute("aria-busy", "true"); }
      model.send({ act, id });
    };
    const answered = ({ act, id, outcome }) => {
      for (const one of same(act, id)) { one.disabled = false; one.removeAttribute("aria-busy"); }
      tell(outcome);
    };
    document.addEventListener("click", click);
    model.on("msg:custom", answered);
    return () => document.removeEventListener("click", click);
  },
};
