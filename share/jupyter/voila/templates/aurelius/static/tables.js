// Tables that are sorted by their heads and filtered by a word; what was chosen stays when a table is drawn again.
(() => {
  const WORTH_FILTERING = 12;
  const chosen = new Map();
  const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

  const name = (table) => `${table.closest(".card")?.querySelector("h2")?.textContent.replace(/[\d,]+/g, "#")}|${table.tHead.textContent}`;
  const value = (cell) => {
    const time = cell.querySelector("time")?.dateTime;
    if (time) return time;
    const text = cell.textContent.trim(), number = Number(text.replace("−", "-").replace(/[,%\s]/g, ""));
    return text !== "" && !Number.isNaN(number) ? number : text;
  };
  const isNothing = (one) => one === "" || one === "–" || one === "—";
  const compare = (a, b) => {
    if (isNothing(a) || isNothing(b)) return isNothing(a) - isNothing(b);
    return typeof a === "number" && typeof b === "number" ? a - b : collator.compare(a, b);
  };

  const arrange = (table, choice) => {
    const body = table.tBodies[0], rows = [...body.rows];
    if (choice.column !== null) {
      const key = new Map(rows.map((row) => [row, value(row.cells[choice.column])]));
      rows.sort((a, b) => (isNothing(key.get(a)) || isNothing(key.get(b)) ? 1 : choice.order) * compare(key.get(a), key.get(b)));
      body.append(...rows);
    }
    [...table.tHead.rows[0].cells].forEach((head, column) => {
      if (column === choice.column) head.setAttribute("aria-sort", choice.order > 0 ? "ascending" : "descending");
      else head.removeAttribute("aria-sort");
    });
    const word = choice.word.trim().toLowerCase();
    let kept = 0;
    for (const row of rows) kept += !(row.hidden = !row.textContent.toLowerCase().includes(word));
    if (table.told) table.told.textContent = word ? `${kept} of ${rows.length} rows` : "";
  };

  const sortable = (table, choice) => {
    [...table.tHead.rows[0].cells].forEach((head, column) => {
      if (!head.textContent.trim()) return;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.append(...head.childNodes);
      button.addEventListener("click", () => {
        choice.order = choice.column === column ? -choice.order : 1;
        choice.column = column;
        arrange(table, choice);
      });
      head.append(button);
    });
  };

  const filterable = (table, choice) => {
    const line = document.createElement("div"), find = document.createElement("input"), told = document.createElement("span");
    line.className = "filter";
    find.type = "search";
    find.placeholder = "Filter";
    find.value = choice.word;
    find.setAttribute("aria-label", "Show only rows that contain");
    find.addEventListener("input", () => { choice.word = find.value; arrange(table, choice); });
    told.setAttribute("role", "status");
    line.append(find, told);
    table.told = told;
    (table.closest(".scroll") ?? table).before(line);
    if (choice.typing) { find.focus(); find.setSelectionRange(find.value.length, find.value.length); }
    find.addEventListener("focus", () => { choice.typing = true; });
    find.addEventListener("blur", () => { if (find.isConnected) choice.typing = false; });
  };

  const fit = (table) => {
    table.dataset.fitted = "";
    const rows = table.tBodies[0]?.rows.length ?? 0;
    if (!table.tHead || rows < 2 || table.querySelector("[colspan], [rowspan]")) return;
    const key = name(table), choice = chosen.get(key) ?? { column: null, order: 1, word: "", typing: false };
    chosen.set(key, choice);
    sortable(table, choice);
    if (rows >= WORTH_FILTERING) filterable(table, choice);
    arrange(table, choice);
  };
  const fitAll = () => { for (const table of document.querySelectorAll("main table.data:not([data-fitted])")) fit(table); };
  new MutationObserver(fitAll).observe(document.querySelector("#page"), { childList: true, subtree: true });
  fitAll();
})();
