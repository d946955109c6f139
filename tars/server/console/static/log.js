/** The last lines of the log of the server, live. */

import { el, time } from "./dom.js";
import { get } from "./api.js";

const MOST = 500;

export class LogView {
  constructor() {
    this.title = "Log";
    this.lines = el("ol", { class: "log" });
    const region = { role: "log", "aria-live": "off", "aria-label": "Lines of the log", tabindex: "0" };
    this.only = el("input", { id: "only", type: "checkbox", change: () => this.filter() });
    this.element = el("div", {}, el("p", {}, this.only, " ", el("label", { for: "only" }, "Warnings and errors only")), el("div", region, this.lines));
    this.opened();
  }

  /** Takes the lines that the server has kept, and those that come meanwhile. */
  opened() {
    this.early = [];
    get("/log").then(({ lines }) => {
      const last = lines.at(-1)?.at ?? 0;
      this.lines.replaceChildren();
      this.add([...lines, ...(this.early ?? []).filter((line) => line.at > last)]);
      this.early = null;
    }, () => {});
  }

  news({ logs }) {
    if (this.early) {
      this.early.push(...logs);
    } else {
      this.add(logs);
    }
  }

  add(lines) {
    this.lines.prepend(...lines.map(line).reverse());
    while (this.lines.childElementCount > MOST) {
      this.lines.lastElementChild.remove();
    }
  }

  filter() {
    this.lines.classList.toggle("warnings", this.only.checked);
  }
}

function line({ at, level, text, values }) {
  return el("li", { class: level }, `${time(at)} `, el("strong", {}, level), ` ${text} `, el("span", { class: "hint" }, values));
}
