/** One environment by itself, made from the page's data when its address is opened. */
class EnvironmentView {
  constructor() {
    this.section = make("section", { "aria-labelledby": "environment-h" });
    document.querySelector("main").append(this.section);
  }

  get fleet() {
    this.data ??= JSON.parse(document.getElementById("fleet").textContent);
    return this.data;
  }

  /** @param {string} name @param {string} back the address of the filtered list; false when there is no such environment */
  show(name, back) {
    if (!Object.hasOwn(this.fleet.environments, name)) return false;
    const item = this.fleet.environments[name];
    this.section.replaceChildren(
      make("p", { class: "back" }, make("a", { href: back }, "← Environments")),
      make("h2", { id: "environment-h", tabindex: "-1" }, name),
      ...this.head(name, item),
      ...this.problems(item),
      ...this.change(item),
      ...this.tables(item),
    );
    return true;
  }

  *head(name, item) {
    if (item.description) yield make("p", { class: "lead" }, item.description);
    const siblings = this.siblings(name);
    if (siblings.length > 1) {
      const links = siblings.map((other) => this.sibling(name, other));
      yield make(
        "nav",
        { "aria-label": "Environments of the product" },
        make("ul", { class: "siblings" }, ...links),
      );
    }
    const facts = [["Class", item.class], ["Lifecycle", item.lifecycle], ...(item.facts ?? [])];
    const pairs = facts
      .filter(([, text]) => text)
      .map(([label, text]) => make("div", {}, make("dt", {}, label), make("dd", {}, text)));
    yield make("dl", { class: "facts" }, ...pairs);
  }

  siblings(name) {
    const product = `${name.split("/", 2).join("/")}/`;
    const stage = (other) => this.fleet.stages.indexOf(other.split("/")[3]);
    const all = Object.keys(this.fleet.environments).filter((other) => other.startsWith(product));
    return all.sort((a, b) => stage(a) - stage(b));
  }

  sibling(name, other) {
    const here = name === other;
    const text = other.split("/").slice(2).join("/");
    return make(
      "li",
      {},
      make("a", { href: address(other), "aria-current": here && "page" }, text),
    );
  }

  *problems(item) {
    if (!item.problems) return;
    const rows = item.problems.map((index) =>
      document.getElementById(`problem-${index}`).cloneNode(true),
    );
    for (const row of rows) {
      row.removeAttribute("id");
      row.hidden = false;
    }
    const head = document.querySelector("#problem-0").closest("table").tHead.cloneNode(true);
    for (const cell of head.querySelectorAll("th")) {
      cell.replaceChildren(cell.textContent);
      cell.removeAttribute("aria-sort");
    }
    yield make("h3", {}, "Problems");
    yield make("table", { class: "grid cards problems" }, head, make("tbody", {}, ...rows));
  }

  *change(item) {
    if (item.change === undefined) return;
    const change = document.getElementById(`change-${item.change}`).cloneNode(true);
    change.removeAttribute("id");
    change.hidden = false;
    for (const part of change.querySelectorAll(".others")) part.remove();
    const heading = change.querySelector("h3");
    heading.replaceWith(
      make("p", { class: "way" }, heading.firstElementChild, heading.querySelector(".action")),
    );
    yield make("h3", {}, "Change");
    yield change;
  }

  *tables(item) {
    const { roles, repositories } = this.fleet;
    yield* this.table(
      "Versions",
      ["Application", "Source", "Repository", "Revision", "Decided at"],
      item.revisions,
      ([application, source, url, revision, place]) => [
        application,
        source,
        code(url),
        code(revision),
        this.place(place),
      ],
    );
    yield* this.table(
      "Quota",
      ["Resource", "At most", "Decided at"],
      item.quota,
      ([resource, quantity, place]) => [code(resource), quantity, this.place(place)],
    );
    yield* this.table(
      "Access",
      ["Group", "Role", "May", "Until", "Reason", "Decided at"],
      item.access,
      ([group, role, until, expired, reason, place]) => {
        const [system, named, through, what] = roles[role];
        const where = system === "Kubernetes" && make("span", { class: "tag" }, "kubectl");
        const via = through && make("span", { class: "note" }, `through the role ${through}`);
        return [
          group,
          [named, " ", where, via],
          what,
          ends(until, expired),
          reason,
          this.place(place),
        ];
      },
    );
    yield* this.table(
      "Widened",
      ["Kind", "Value", "Reason", "Until", "Decided at"],
      item.allowed,
      ([kind, value, until, expired, reason, place]) => [
        kind,
        code(value),
        reason,
        ends(until, expired),
        this.place(place),
      ],
    );
    const used = item.repositories?.map((index) => repositories[index]);
    yield* this.table(
      "Repositories",
      ["URL", "Type", "Login", "Secrets"],
      used,
      ([url, kind, login, secrets, write]) => [
        code(url),
        [kind, write && " (write)"],
        login || "none of its own",
        code(secrets),
      ],
    );
  }

  /** A table with a heading, without empty columns; nothing where there are no rows. */
  *table(title, heads, rows, cells) {
    if (!rows?.length) return;
    const filled = rows.map((row) => cells(row).map((cell) => [cell].flat().filter(Boolean)));
    const columns = heads
      .map((_, index) => index)
      .filter((index) => filled.some((row) => row[index].length > 0));
    const head = columns.map((index) => make("th", { scope: "col" }, heads[index]));
    const body = filled.map((row) =>
      make("tr", {}, ...columns.map((index) => this.cell(heads[index], index, row[index]))),
    );
    yield make("h3", {}, title);
    yield make(
      "table",
      { class: "cards" },
      make("thead", {}, make("tr", {}, ...head)),
      make("tbody", {}, ...body),
    );
  }

  cell(label, index, content) {
    if (index === 0) return make("th", { scope: "row" }, ...content);
    return make("td", { "data-label": label }, ...content);
  }

  /** @param {[number, number, number]} place a file's index, the line, the column */
  place([file, line, column]) {
    const name = this.fleet.files[file];
    return code(line ? `${name}:${line}:${column}` : name);
  }
}

/** @param {string} text */
const code = (text) => (text ? make("code", {}, text) : "");

/** @param {string} day @param {boolean} expired */
function ends(day, expired) {
  if (!day) return "";
  const time = make("time", { datetime: day }, day);
  return expired ? make("span", { class: "warning" }, "ended ", time) : time;
}
