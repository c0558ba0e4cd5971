/** A view's list: its items are filtered by the form above it and sorted by its columns. */
class List {
  /** @param {HTMLElement} section @param {(changed: "words" | "choice") => void} onChange */
  constructor(section, onChange) {
    this.section = section;
    this.form = section.querySelector("form");
    // What can be chosen above is not searched: `prod` is to find no `nonproduction`.
    const unsearched = [...section.querySelectorAll("th[data-unsearched]")].map(
      (head) => head.cellIndex,
    );
    this.items = [...section.querySelectorAll("[data-item]")].map((element) => ({
      element,
      parent: element.parentElement,
      text: textOf(element, unsearched),
      words: new Map(
        Object.entries(element.dataset).map(([key, value]) => [key, value.split(" ")]),
      ),
      shown: true,
    }));
    this.count = section.querySelector(".count");
    this.nothing = section.querySelector(".nothing");
    this.clear = this.form?.querySelector(".clear");
    this.sorted = "";
    this.onChange = onChange;
    this.listen();
  }

  listen() {
    this.form?.addEventListener("submit", (event) => event.preventDefault());
    this.form?.addEventListener("input", (event) => {
      this.apply();
      this.onChange(event.target.name === "q" ? "words" : "choice");
    });
    const more = this.form?.querySelector(".more");
    more?.addEventListener("click", () => {
      const open = this.form.querySelector(".choices").classList.toggle("open");
      more.setAttribute("aria-expanded", String(open));
    });
    for (const button of this.section.querySelectorAll(".clear")) {
      button.addEventListener("click", () => {
        this.set(new URLSearchParams());
        this.onChange("choice");
        this.form.elements.q.focus();
      });
    }
    for (const head of this.section.querySelectorAll("th[data-sort]")) this.sortable(head);
  }

  /** The choices, as parameters of the address. */
  get() {
    const query = new URLSearchParams();
    for (const { name, value } of this.form?.elements ?? [])
      if (name && value.trim()) query.set(name, value.trim());
    if (this.sorted) query.set("sort", this.sorted);
    return query;
  }

  /** @param {URLSearchParams} query */
  set(query) {
    for (const field of this.form?.elements ?? []) {
      if (!field.name) continue;
      field.value = query.get(field.name) ?? "";
      if (field.selectedIndex === -1) field.value = "";
    }
    if (this.sorted !== (query.get("sort") ?? "")) this.sort(query.get("sort") ?? "");
    this.apply();
  }

  apply() {
    const chosen = this.get();
    const wanted = (chosen.get("q") ?? "").toLowerCase().split(/\s+/).filter(Boolean);
    chosen.delete("q");
    chosen.delete("sort");
    const choices = [...chosen];
    let number = 0;
    for (const item of this.items) {
      const shown =
        choices.every(([name, word]) => item.words.get(name)?.includes(word)) &&
        wanted.every((word) => item.text.includes(word));
      if (shown !== item.shown) item.element.hidden = !shown;
      item.shown = shown;
      number += shown;
    }
    this.announce(number, choices.length + wanted.length > 0);
  }

  announce(number, filtered) {
    if (!this.form) return;
    const all = this.items.length.toLocaleString("en");
    this.count.textContent = filtered ? `${number.toLocaleString("en")} of ${all}` : `all ${all}`;
    this.nothing.hidden = number > 0;
    this.clear.hidden = !filtered;
    for (const select of this.form.querySelectorAll("select"))
      select.classList.toggle("chosen", select.value !== "");
  }

  /** @param {HTMLElement} head a column's head that becomes a button */
  sortable(head) {
    const name = head.textContent.trim().toLowerCase();
    const button = make("button", { type: "button" }, ...head.childNodes);
    button.addEventListener("click", () => {
      const up = head.dataset.sort === "number" ? `-${name}` : name;
      const down = head.dataset.sort === "number" ? name : `-${name}`;
      this.sort(this.sorted === up ? down : up);
      this.onChange("words");
    });
    head.append(button);
  }

  /** @param {string} by a column's name, with `-` before it from the highest; empty as the page came */
  sort(by) {
    const name = by.replace(/^-/, "");
    const heads = [...this.section.querySelectorAll("th[data-sort]")];
    const head = heads.find((item) => item.textContent.trim().toLowerCase() === name);
    for (const item of heads) item.removeAttribute("aria-sort");
    this.sorted = head ? by : "";
    const way = by.startsWith("-") ? -1 : 1;
    head?.setAttribute("aria-sort", way < 0 ? "descending" : "ascending");
    const sorted = head ? this.byColumn(head, way) : this.items;
    for (const item of sorted) item.parent.append(item.element);
  }

  byColumn(head, way) {
    const column = head.cellIndex;
    const numeric = head.dataset.sort === "number";
    const keyed = this.items.map((item) => {
      const row = item.element.rows?.[0] ?? item.element;
      const cell = row.cells[column];
      const value = cell.dataset.value ?? cell.textContent.trim();
      return { item, key: numeric ? Number(value) : value };
    });
    const compare = numeric ? (a, b) => a - b : new Intl.Collator("en", { numeric: true }).compare;
    return keyed.sort((a, b) => way * compare(a.key, b.key)).map(({ item }) => item);
  }
}

/** All that is read in an element but some columns, in lower case; cells apart, so that no word spans two. */
function textOf(element, unsearched) {
  const cells = [...element.querySelectorAll("th, td")].filter(
    (cell) => !unsearched.includes(cell.cellIndex),
  );
  const parts = cells.length > 0 ? cells : [element];
  return parts
    .map((part) => part.textContent)
    .join("\n")
    .toLowerCase();
}
