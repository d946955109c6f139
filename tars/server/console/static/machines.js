/** The machines of one device on both sides: the state of each is lit, and the row that fires flashes. */

import { el, setText, time } from "./dom.js";
import { Diagram } from "./diagram.js";

const MOST_LINES = 50;
const SIDES = { device: "on the device", server: "on the server" };

export class Machines {
  constructor() {
    this.diagrams = new Map();
    this.states = new Map();
    this.hint = el("p", { class: "hint" });
    this.grid = el("div", { class: "machines" });
    this.lines = el("tbody");
    this.missing = 0;
    this.missed = el("p", { class: "hint", hidden: true });
    const head = el("tr", {}, ...["time", "side", "machine", "event", "state", "row"].map((name) => el("th", { scope: "col" }, name)));
    const table = el("table", { class: "steps" }, el("thead", {}, head), this.lines);
    this.element = el(
      "section", { "aria-labelledby": "machines-heading" },
      el("h2", { id: "machines-heading" }, "Machines"), this.hint, this.grid,
      el("h3", {}, "Last steps"), this.missed, el("div", { class: "wide", tabindex: "0", role: "region", "aria-label": "Last steps" }, table),
    );
    this.draw();
  }

  /** Draws every machine, each beside the same one of the other side. */
  async draw() {
    const { machines } = await (await fetch("/static/machines.json")).json();
    for (const name of new Set(machines.map(({ machine }) => machine))) {
      const pair = el("div", { class: "pair" });
      const group = el("details", { open: name !== "connection" }, el("summary", {}, name), pair);
      this.grid.append(group);
      for (const { node, diagram } of machines.filter(({ machine }) => machine === name)) {
        const holder = el("div", { class: "diagram-holder" });
        const label = el("figcaption", {}, SIDES[node]);
        pair.append(el("figure", { "data-machine": `${node}-${name}` }, label, holder));
        const text = await (await fetch(`/static/${diagram}`)).text();
        const drawn = new Diagram(holder, text, `${name} ${SIDES[node]}`);
        this.diagrams.set(`${node}-${name}`, drawn);
        drawn.setState(this.states.get(`${node}-${name}`) ?? null);
      }
    }
  }

  /** The states as they are. */
  show(device) {
    this.light("server", device.server);
    setText(this.hint, device.can_be_watched ? "" : "This device cannot tell what its own machines do: only those of the server are shown.");
  }

  light(node, states) {
    for (const [machine, state] of Object.entries(states)) {
      this.set(`${node}-${machine}`, state);
    }
  }

  set(key, state) {
    if (this.states.get(key) !== state) {
      this.states.set(key, state);
      this.diagrams.get(key)?.setState(state);
    }
  }

  /** These steps were taken. */
  take(steps, missing) {
    const rows = new Map();
    const taken = steps.filter((step) => step.event);
    for (const step of steps) {
      const key = `${step.node}-${step.machine}`;
      this.set(key, step.target);
      if (step.event) {
        rows.set(key, [...(rows.get(key) ?? []), step.row]);
      }
    }
    for (const [key, fired] of rows) {
      this.diagrams.get(key)?.flash(...fired);
    }
    this.lines.prepend(...taken.map(line).reverse());
    while (this.lines.childElementCount > MOST_LINES) {
      this.lines.lastElementChild.remove();
    }
    this.missing += missing;
    this.missed.hidden = this.missing === 0;
    setText(this.missed, `${this.missing} steps came too fast to be shown.`);
  }
}

function line(step) {
  const moved = step.source === step.target ? step.target : `${step.source} → ${step.target}`;
  const cells = [time(step.at), step.node, step.machine, step.event, moved, step.row ?? ""];
  return el("tr", {}, ...cells.map((cell) => el("td", {}, cell)));
}
