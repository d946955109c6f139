/** The timers, alarms and reminders that have not rung. */

import { el, setText, span } from "./dom.js";
import { get, send } from "./api.js";

const LOOK = 3000;

export class TimersView {
  constructor() {
    this.title = "Timers and reminders";
    this.rows = el("tbody");
    this.none = el("p", { class: "hint" }, "None runs. Ask a device for one: “set a timer for five minutes”.");
    this.problem = el("p", { role: "alert" });
    const head = el("tr", {}, ...["device", "label", "kind", "rings in", "cancel"].map((name) => el("th", { scope: "col" }, name)));
    this.table = el("table", {}, el("thead", {}, head), this.rows);
    this.element = el("div", {}, this.none, this.table, this.problem);
    this.left = [];
    this.look();
    this.timers = [setInterval(() => this.look(), LOOK), setInterval(() => this.count(), 500)];
  }

  async look() {
    const told = await get("/timers").catch(() => null);
    if (told === null) {
      return; // nobody knows what runs now, so what is shown stays
    }
    const { timers } = told;
    this.left = [];
    this.rows.replaceChildren(...timers.map((timer) => this.row(timer)));
    this.none.hidden = timers.length > 0;
    this.table.hidden = timers.length === 0;
    this.count();
  }

  row(timer) {
    const left = el("td");
    this.left.push([left, Date.parse(timer.due)]);
    const cancel = el("button", { type: "button", click: () => this.cancel(timer) }, "Cancel");
    return el("tr", {}, el("td", {}, timer.device), el("td", {}, timer.label), el("td", {}, timer.kind), left, el("td", {}, cancel));
  }

  async cancel(timer) {
    const query = new URLSearchParams({ device: timer.device, label: timer.label });
    try {
      await send("DELETE", `/timers?${query}`);
      this.problem.textContent = "";
    } catch (error) {
      this.problem.textContent = error.message;
    }
    this.look();
  }

  count() {
    for (const [cell, due] of this.left) {
      setText(cell, span(Math.max(0, (due - Date.now()) / 1000)));
    }
  }

  close() {
    this.timers.forEach(clearInterval);
  }
}
