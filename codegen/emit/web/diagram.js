/**
 * The diagram of one machine, in a page: the state that it is in is lit, and so is the row that it took last.
 *
 *   import { Diagram } from "./diagram.js";
 *   const diagram = new Diagram(element, await (await fetch("bell-door.svg")).text(), "bell of the door");
 *   diagram.setState("RINGING");
 *   diagram.flash("bell.yaml:58");
 *
 * The page needs `diagram.css`, which has the colours for dark too. No link of the SVG gets into the page, and no element of it has an id.
 */

const SVG = "http://www.w3.org/2000/svg";
const XLINK = "http://www.w3.org/1999/xlink";

export class Diagram {
  /** Puts the diagram into `container`, instead of what is there. `svgText`: a machine's SVG. `name`: what a screen reader calls it. */
  constructor(container, svgText, name) {
    this.svg = drawing(svgText);
    this.name = name;
    this.state = null;
    this.states = new Map([...this.svg.querySelectorAll("[data-state]")].map((element) => [element.dataset.state, element]));
    this.rows = new Map([...this.svg.querySelectorAll("[data-row]")].map((element) => [element.dataset.row, element]));
    container.replaceChildren(this.svg);
    this.describe();
  }

  /** Lights this state, and no other. null: none. Throws RangeError for a state that the machine does not have. */
  setState(name) {
    if (name !== null && !this.states.has(name)) {
      throw new RangeError(`${this.name} has no state ${name}; there are: ${[...this.states.keys()].join(", ")}`);
    }
    for (const [state, element] of this.states) {
      element.classList.toggle("lit", state === name);
    }
    this.state = name;
    this.describe();
  }

  /**
   * Flashes these rows with their arrows, and keeps them lit until the next call. Without rows nothing is lit any more.
   * A place that is not drawn, such as that of an ignored cell, is passed over. Returns how many are drawn.
   */
  flash(...rows) {
    for (const element of this.svg.querySelectorAll(".taken")) {
      element.classList.remove("taken");
    }
    this.svg.getBoundingClientRect(); // so that a row that was lit already flashes again
    const drawn = rows.map((row) => this.rows.get(row)).filter(Boolean);
    for (const element of drawn) {
      element.classList.add("taken");
      const move = element.closest("[data-move]")?.dataset.move;
      for (const arrow of move ? this.svg.querySelectorAll(`.edge[data-move="${move}"]`) : []) {
        arrow.classList.add("taken");
      }
    }
    return drawn.length;
  }

  describe() {
    this.svg.setAttribute("aria-label", this.state === null ? this.name : `${this.name}: ${this.state}`);
  }
}

/** The SVG as an element of this page: links become groups, their titles stay. Throws SyntaxError for what is no SVG. */
function drawing(text) {
  const parsed = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
  if (parsed.localName !== "svg" || parsed.querySelector("parsererror")) {
    throw new SyntaxError(`this is no SVG: ${text.slice(0, 80)}`);
  }
  const svg = document.importNode(parsed, true);
  svg.querySelector(".graph > title")?.remove();
  for (const link of svg.querySelectorAll("a")) {
    const group = document.createElementNS(SVG, "g");
    const title = document.createElementNS(SVG, "title");
    title.textContent = link.getAttributeNS(XLINK, "title");
    group.append(title, ...link.childNodes);
    link.replaceWith(group);
  }
  svg.classList.add("diagram");
  svg.setAttribute("role", "img");
  svg.removeAttribute("width");
  svg.removeAttribute("height");
  return svg;
}
