/**
 * The address decides which view is shown and how it is filtered: #/environments?team=blue&sort=-problems, or
 * #/environments/blue/shop/eu-1/prod. Links and the browser's Back work; typing leaves no trail in the history.
 */
class Views {
  constructor() {
    const sections = [...document.querySelectorAll("main > section[id]")];
    this.sections = new Map(sections.map((section) => [section.id.slice(1), section]));
    // The addresses are this script's now: the browser must not scroll to them, nor move the focus.
    for (const place of document.querySelectorAll("[id^='/']")) place.removeAttribute("id");
    this.lists = new Map();
    this.environment = new EnvironmentView();
    this.back = "#/environments";
    this.title = document.title;
    this.entries = new Map();
    history.scrollRestoration = "manual";
    window.addEventListener("popstate", () => this.show());
    document.addEventListener("keydown", (event) => this.key(event));
    document.querySelector(".skip").addEventListener("click", (event) => this.skip(event));
    window.addEventListener("beforeprint", () => this.opened(true));
    window.addEventListener("afterprint", () => this.opened(false));
    this.show();
  }

  /** Show the view that the address names. */
  show() {
    this.leave();
    const [path, query = ""] = location.hash.slice(2).split("?", 2);
    const [name, ...rest] = decoded(path).split("/");
    const one = rest.join("/");
    if (name === "environments" && one && this.environment.show(one, this.back)) {
      this.turn(this.environment.section, one, name);
    } else {
      const view = this.sections.has(name) ? name : "environments";
      this.list(view).set(new URLSearchParams(query));
      if (view === "environments") this.back = `#/${view}${query && `?${query}`}`;
      this.turn(this.sections.get(view), view, view);
    }
    this.enter();
  }

  /** @param {HTMLElement} section @param {string} title @param {string} view */
  turn(section, title, view) {
    this.current?.classList.remove("current");
    section.classList.add("current");
    this.turned = this.shown !== title;
    this.current = section;
    this.shown = title;
    document.title = `${title} · ${this.title}`;
    for (const link of document.querySelectorAll(".top nav a")) {
      if (link.getAttribute("href") === `#/${view}`) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
  }

  /** Keep where the reader was, for the way back. */
  leave() {
    if (this.entry)
      this.entries.set(this.entry, { scroll: window.scrollY, focus: document.activeElement });
  }

  /** Back leads to where the reader was; a link leads to the beginning. */
  enter() {
    const first = !this.entry;
    const known = this.entries.get(history.state?.entry);
    if (!history.state?.entry) history.replaceState(this.state(), "");
    this.entry = history.state.entry;
    if (!this.turned) return;
    window.scrollTo(0, known?.scroll ?? 0);
    if (!first) (known?.focus ?? this.current.querySelector("h2")).focus({ preventScroll: true });
  }

  /** A new entry of the history; unlike any other, those of an earlier load included. */
  state() {
    this.number = (this.number ?? 0) + 1;
    return { entry: `${performance.timeOrigin}-${this.number}` };
  }

  /** @param {string} view */
  list(view) {
    if (!this.lists.has(view))
      this.lists.set(view, new List(this.sections.get(view), (what) => this.remember(view, what)));
    return this.lists.get(view);
  }

  /** Write the choices into the address. A choice can be undone with Back; every letter typed cannot. */
  remember(view, what) {
    const query = this.list(view).get().toString();
    const hash = `#/${view}${query && `?${query}`}`;
    if (view === "environments") this.back = hash;
    if (what === "choice") {
      this.leave();
      history.pushState(this.state(), "", hash);
      this.entry = history.state.entry;
    } else {
      history.replaceState(history.state, "", hash);
    }
  }

  /** To the content, and the address stays the view's. */
  skip(event) {
    event.preventDefault();
    document.querySelector("main").focus();
  }

  /** @param {KeyboardEvent} event `/` searches, arrows move through the list; the browser itself empties the search on Escape */
  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const field = event.target.closest("input, select, textarea");
    const search = this.current.querySelector("input[name=q]");
    if (event.key === "/" && !field && search) {
      event.preventDefault();
      search.focus();
      search.select();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      this.step(event, search, event.key === "ArrowDown" ? 1 : -1);
    }
  }

  /** From the search to the first row's link and from there on. Arrows anywhere else scroll, as always. */
  step(event, search, by) {
    const links = [...this.current.querySelectorAll("[data-item]:not([hidden]) > th > a")];
    const at = event.target === search ? -1 : links.indexOf(event.target);
    if (at === -1 && (event.target !== search || by < 0)) return;
    const next = at + by < 0 ? search : links[at + by];
    if (next) {
      event.preventDefault();
      next.focus();
    }
  }

  /** Open all details for printing. */
  opened(open) {
    for (const details of this.current.querySelectorAll(".links"))
      details.closest("details")?.toggleAttribute("open", open);
  }
}

/** An address that was typed by hand may not be encoded correctly. */
function decoded(text) {
  try {
    return decodeURI(text);
  } catch {
    return text;
  }
}

document.documentElement.classList.add("js");
document.addEventListener("DOMContentLoaded", () => new Views());
