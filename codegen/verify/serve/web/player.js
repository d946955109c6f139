/**
 * Shows moments, one at a time: both nodes with their machines, what lies between them, and the list of steps.
 *
 * A moment is an object of `codegen/verify/serve/simulation.py` or `past.py`. Everything gets into the page as text.
 */

import { Diagram } from "./diagram.js";

/** An element with properties, attributes (`aria-...`, `data-...`, `role`), and children. */
export function el(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes("-") || name === "role") {
      element.setAttribute(name, value);
    } else {
      element[name] = value;
    }
  }
  element.append(...children);
  return element;
}

export async function json(url, asked = undefined) {
  const options = asked === undefined ? {} : { method: "POST", body: JSON.stringify(asked) };
  return (await fetch(url, options)).json();
}

/** The place of a row, as a link to its line. */
function placed(row) {
  const [file, line] = row.split(":");
  return el("a", { href: `/machines/${file}#L${line}`, className: "row", textContent: row });
}

/** One node: its machines, of which one is shown as a diagram, and what else is known of it. */
class NodeView {
  constructor(name, machines) {
    this.name = name;
    this.follows = true;
    this.shown = null;
    this.machines = machines.map((machine) => this.machineView(machine));
    this.follow = el("button", { type: "button", textContent: "Follow", title: "show the machine that has moved", onclick: () => this.pin(null) });
    this.fit = el("button", { type: "button", textContent: "Fit", title: "show the whole diagram", onclick: () => this.toggleFit() });
    this.facts = el("dl", { className: "facts" });
    this.choices = el("div", { className: "choices" });
    this.element = el(
      "section",
      { className: "node", "aria-label": name, "data-node": name },
      el("h2", { textContent: name }),
      el("div", { className: "tabs" }, ...this.machines.map((one) => one.tab), this.follow, this.fit),
      ...this.machines.map((one) => one.box),
      this.choices,
      this.facts,
    );
    this.moved = this.machines[0];
    this.mark();
    this.select(this.moved);
  }

  machineView({ node, machine, svg }) {
    const box = el("div", { className: "drawing", tabIndex: 0, role: "group", "aria-label": `${machine} of the ${node}`, hidden: true });
    const state = el("b");
    const width = /viewBox="[\d.]+ [\d.]+ ([\d.]+)/.exec(svg)[1];
    box.style.setProperty("--width", `${width}px`);
    const view = { name: machine, key: `${node}.${machine}`, box, state, diagram: new Diagram(box, svg, `${machine} of the ${node}`) };
    view.tab = el("button", { type: "button", onclick: () => this.pin(view), "data-machine": machine }, `${machine} `, state);
    return view;
  }

  /** Shows this machine from now on; null: the one that has moved. */
  pin(view) {
    this.follows = view === null;
    this.select(view ?? this.moved);
    this.mark();
  }

  toggleFit() {
    this.element.classList.toggle("fit");
    this.mark();
    this.reveal();
  }

  mark() {
    this.follow.setAttribute("aria-pressed", this.follows);
    this.fit.setAttribute("aria-pressed", this.element.classList.contains("fit"));
  }

  select(view) {
    this.shown = view;
    for (const one of this.machines) {
      one.box.hidden = one !== view;
      one.tab.setAttribute("aria-pressed", one === view);
    }
    this.reveal();
  }

  /** Scrolls the diagram to what is lit. */
  reveal() {
    const { box, diagram } = this.shown;
    const lit = diagram.svg.querySelector(".taken[data-row]") ?? diagram.svg.querySelector(".lit");
    if (!lit || !box.isConnected) {
      return;
    }
    const [inner, outer] = [lit.getBoundingClientRect(), box.getBoundingClientRect()];
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    box.scrollBy({
      left: inner.x + inner.width / 2 - outer.x - outer.width / 2,
      top: inner.y + inner.height / 2 - outer.y - outer.height / 2,
      behavior: calm ? "instant" : "smooth",
    });
  }

  /** `last`: the moves of the latest moment in which this node did something. */
  show(moment, last) {
    const moves = moment.moves.filter((move) => move.node === this.name);
    for (const view of this.machines) {
      const own = moves.filter((move) => move.machine === view.name);
      const state = moment.states[view.key] ?? null;
      view.diagram.setState(state);
      view.diagram.flash(...own.map((move) => move.row));
      view.state.textContent = state ?? "unknown";
      view.tab.classList.toggle("moved", own.some((move) => move.source !== move.target));
    }
    const move = last.findLast((one) => one.source !== one.target) ?? last.findLast((one) => one.outcome === "taken") ?? last.at(-1);
    this.moved = this.machines.find((view) => view.name === move?.machine) ?? this.machines[0];
    this.select(this.follows ? this.moved : this.shown);
    this.facts.replaceChildren(
      ...(moment.facts[this.name] ?? []).map(([name, value]) => el("div", {}, el("dt", { textContent: name }), el("dd", { textContent: value }))),
    );
  }
}

/** What lies between the nodes. */
class LinkView {
  constructor() {
    this.choices = el("div", { className: "choices" });
    this.text = el("p");
    this.ways = el("div");
    this.element = el(
      "section",
      { className: "link", "aria-label": "the link" },
      el("h2", { textContent: "the link" }),
      this.choices,
      this.text,
      this.ways,
    );
  }

  show(link) {
    this.element.classList.toggle("whole", Boolean(link?.whole));
    this.text.textContent = link === null ? "only one node has a trace" : link.text;
    this.ways.replaceChildren(...(link?.ways ?? []).flatMap((way) => this.way(way)));
  }

  way({ from, to, flying, waiting }) {
    const messages = [
      ...flying.map((text) => el("li", { textContent: text })),
      ...waiting.map((text) => el("li", { className: "waiting", textContent: `${text} (waits)` })),
    ];
    return [
      el("h3", { textContent: `${from} → ${to}` }),
      messages.length ? el("ul", { className: "messages" }, ...messages) : el("p", { className: "none", textContent: "nothing under way" }),
    ];
  }
}

export class Player {
  /** Fills `root`. `onmove` is called with the number of the moment that is shown from now on. */
  static async make(root, onmove) {
    const index = await json("/web/machines.json");
    const drawn = await Promise.all(
      index.machines.map(async (one) => ({ ...one, svg: await (await fetch(`/web/${one.diagram}`)).text() })),
    );
    return new Player(root, index, drawn, onmove);
  }

  constructor(root, { nodes }, machines, onmove) {
    this.onmove = onmove;
    this.moments = [];
    this.at = -1;
    this.nodes = nodes.map((name) => new NodeView(name, machines.filter((one) => one.node === name)));
    this.link = new LinkView();
    this.list = el("ol", { className: "steps", start: 0 });
    this.happened = el("div", { className: "happened" });
    this.said = el("p", { className: "said", "aria-live": "polite" });
    this.back = el("button", { type: "button", textContent: "← Back", onclick: () => this.go(this.at - 1) });
    this.forward = el("button", { type: "button", textContent: "Forward →", onclick: () => this.go(this.at + 1) });
    this.aside = el("div", { className: "aside" });
    const [first, ...others] = this.nodes.map((view) => view.element);
    root.append(
      el("section", { className: "now", "aria-label": "this step" }, el("div", { className: "bar" }, this.back, this.forward, this.said), this.happened),
      el("div", { className: "nodes" }, first, this.link.element, ...others),
      el("div", { className: "below" }, el("section", { "aria-label": "the steps" }, el("h2", { textContent: "Steps" }), this.list), this.aside),
    );
    document.addEventListener("keydown", (event) => this.key(event));
  }

  key(event) {
    const to = { ArrowLeft: this.at - 1, ArrowRight: this.at + 1, Home: 0, End: this.moments.length - 1 }[event.key];
    const elsewhere = event.target.closest?.("input, select, textarea, .drawing");
    if (to !== undefined && !elsewhere && !event.ctrlKey && !event.altKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      this.go(to);
    }
  }

  /** Shows these moments, beginning with that of this number. */
  load(moments, at) {
    this.moments = moments;
    this.list.replaceChildren(...moments.map((moment, number) => this.step(moment, number)));
    this.at = -1;
    this.go(at);
  }

  step(moment, number) {
    const bad = isBad(moment);
    const words = [
      ...(moment.time ? [el("time", { textContent: moment.time })] : []),
      el("span", { className: "who", textContent: moment.node }),
      el("span", { textContent: moment.text }),
      ...(bad ? [el("b", { className: "bad", textContent: "!", title: "something is wrong here" })] : []),
    ];
    return el("li", {}, el("button", { type: "button", className: bad ? "bad" : "", onclick: () => this.go(number) }, ...words));
  }

  go(to) {
    const at = Math.min(Math.max(to, 0), this.moments.length - 1);
    if (at === this.at || at < 0) {
      return;
    }
    this.list.children[this.at]?.firstChild.removeAttribute("aria-current");
    this.at = at;
    const step = this.list.children[at].firstChild;
    step.setAttribute("aria-current", "step");
    const [inner, outer] = [step.getBoundingClientRect(), this.list.getBoundingClientRect()];
    if (inner.top < outer.top || inner.bottom > outer.bottom) {
      this.list.scrollTop += inner.top - outer.top - outer.height / 2;
    }
    this.back.disabled = at === 0;
    this.forward.disabled = at === this.moments.length - 1;
    this.show(this.moments[at]);
    this.onmove(at);
  }

  show(moment) {
    const where = moment.node ? `${moment.node}: ` : "";
    this.said.textContent = `${this.at} of ${this.moments.length - 1}. ${where}${moment.text}`;
    this.happened.replaceChildren(
      ...moment.moves.map((move) => this.move(move)),
      ...moment.notes.map((note) => el("p", { textContent: note })),
      ...[moment.wrong, ...(moment.findings ?? [])].filter(Boolean).map((text) => el("p", { className: "problem", textContent: text })),
    );
    const until = this.moments.slice(0, this.at + 1);
    for (const view of this.nodes) {
      const own = ({ node }) => node === view.name;
      view.show(moment, until.findLast(({ moves }) => moves.some(own))?.moves.filter(own) ?? []);
    }
    this.link.show(moment.link);
  }

  move({ machine, event, source, target, outcome, row, effects, doc }) {
    const states = source === target ? `stays ${target}` : `${source} → ${target}`;
    return el(
      "p",
      { className: `move ${outcome}` },
      el("b", { textContent: machine }),
      ` ${outcome === "taken" ? states : `${outcome} in ${source}`} on ${event} `,
      ...(row ? [placed(row)] : []),
      ...(effects.length ? [el("span", { className: "effects", textContent: ` ${effects.join(", ")}` })] : []),
      ...(doc ? [el("i", { textContent: ` ${doc}` })] : []),
    );
  }
}

/** Whether something is wrong at a moment: forbidden, a finding, a broken spec. */
export function isBad(moment) {
  return Boolean(moment.wrong || moment.findings?.length || Object.values(moment.specs ?? {}).some(([verdict]) => verdict === "broken"));
}
