/** The timers, alarms and reminders that have not rung, and a new timer. */

import { el, setText, span } from "./dom.js";
import { get, send } from "./api.js";
import { DeviceChoice } from "./device_choice.js";

const LOOK = 3000;
const UNITS = { m: "minutes", s: "seconds", h: "hours" };

export class TimersView {
  constructor(stream) {
    this.title = "Timers and reminders";
    this.rows = el("tbody");
    this.none = el("p", { class: "hint" }, "None runs. Set one above, or ask a device for one: “set a timer for five minutes”.");
    this.problem = el("p", { role: "alert" });
    this.device = new DeviceChoice(stream, "on");
    this.length = el("input", { id: "length", type: "number", min: "1", step: "any", value: "5", required: true });
    this.unit = el("select", { id: "unit", "aria-label": "Unit" }, ...Object.entries(UNITS).map(([value, name]) => el("option", { value }, name)));
    this.label = el("input", { id: "label", maxlength: "100", autocomplete: "off" });
    const form = el(
      "form", { submit: (event) => this.set(event) },
      el("label", { for: "on" }, "Device"), this.device.element,
      el("label", { for: "length" }, "Rings in"), el("div", { class: "buttons" }, this.length, this.unit),
      el("label", { for: "label" }, "What it is for (may be empty)"), this.label,
      el("button", {}, "Set a timer"),
    );
    const head = el("tr", {}, ...["device", "label", "kind", "rings in", "cancel"].map((name) => el("th", { scope: "col" }, name)));
    this.table = el("table", {}, el("thead", {}, head), this.rows);
    this.element = el("div", {}, form, this.problem, el("h2", {}, "Running"), this.none, this.table);
    this.left = [];
    this.look();
    this.timers = [setInterval(() => this.look(), LOOK), setInterval(() => this.count(), 500)];
  }

  news() {
    this.device.news();
  }

  async set(event) {
    event.preventDefault();
    const wanted = { device: this.device.element.value, duration: `${this.length.value}${this.unit.value}`, label: this.label.value };
    await this.change("POST", "/timers", wanted);
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
    await this.change("DELETE", `/timers?${new URLSearchParams({ device: timer.device, label: timer.label })}`);
  }

  async change(method, path, body) {
    try {
      await send(method, path, body);
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
