/** The servers that share a Redis: which are alive, what each has, and whether the Redis is reached. */

import { el, moment, setText } from "./dom.js";

const COLUMNS = ["server", "devices connect to", "version", "devices", "conversations", "load", "since"];

export class Fleet {
  constructor() {
    this.store = el("p", { role: "status" });
    this.rows = el("tbody");
    const head = el("tr", {}, ...COLUMNS.map((name) => el("th", { scope: "col" }, name)));
    const table = el("table", { class: "servers" }, el("thead", {}, head), this.rows);
    const wide = el("div", { class: "wide", tabindex: "0", role: "region", "aria-label": "Servers that are alive" }, table);
    const heading = el("h2", { id: "servers-heading" }, "Servers");
    this.element = el("section", { "aria-labelledby": "servers-heading", hidden: true }, heading, this.store, wide);
    this.shown = null;
  }

  show(fleet) {
    if (fleet === this.shown) {
      return;
    }
    this.shown = fleet;
    this.element.hidden = false;
    const away = "is away: conversations go on, but in no other server. Of the others this is what was known before.";
    setText(this.store, `The Redis at ${fleet.store} ${fleet.reachable ? "is reached." : away}`);
    this.store.classList.toggle("wrong", !fleet.reachable);
    this.rows.replaceChildren(...fleet.servers.map((server) => row(server, server.id === fleet.server)));
  }
}

function row(server, here) {
  const name = here ? `${server.name} (this one)` : server.console ? el("a", { href: `${server.console}/` }, server.name) : server.name;
  const load = `${server.load.toFixed(2)} on ${server.processors} processor${server.processors === 1 ? "" : "s"}`;
  const cells = [name, server.address, server.version, server.devices, server.sessions, load, moment(server.since)];
  return el("tr", { "data-server": server.name }, ...cells.map((cell) => el("td", {}, typeof cell === "number" ? String(cell) : cell)));
}
