/** All devices, and what each does. */

import { el, moment, setText } from "./dom.js";
import { Fleet } from "./fleet.js";

export class DevicesView {
  constructor(stream) {
    this.title = "Devices";
    this.stream = stream;
    this.cards = new Map();
    this.list = el("ul", { class: "devices" });
    this.none = el("p", {}, "No device is paired or linked yet. ", el("a", { href: "#/pair" }, "Pair one"), ".");
    this.fleet = new Fleet();
    this.element = el("div", {}, this.none, this.list, this.fleet.element);
    this.news({ devices: stream.devices.keys() });
  }

  news({ devices }) {
    for (const name of devices) {
      const device = this.stream.devices.get(name);
      if (device) {
        this.card(name).show(device, this.stream.fleet);
      }
    }
    this.fleet.show(this.stream.fleet);
    for (const [name, card] of this.cards) {
      if (!this.stream.devices.has(name)) {
        card.element.remove();
        this.cards.delete(name);
      }
    }
    this.none.hidden = this.cards.size > 0;
  }

  /** The card of a device, which is put where its name belongs. */
  card(name) {
    let card = this.cards.get(name);
    if (!card) {
      card = new Card(name);
      this.cards.set(name, card);
      const after = [...this.list.children].find((other) => other.dataset.name > name);
      this.list.insertBefore(card.element, after ?? null);
    }
    return card;
  }
}

/** Which server has a device, or had it last; nothing where there is one server. */
export function whereabouts(device, fleet) {
  if (!fleet || device.linked) {
    return fleet ? ["with this server"] : [];
  }
  if (!device.elsewhere) {
    return device.server_name ? [`last with ${device.server_name}, ${moment(device.seen)}`] : [];
  }
  const there = `${device.console}/#/device/${encodeURIComponent(device.name)}`;
  return ["with ", device.console ? el("a", { href: there }, device.server_name) : device.server_name];
}

/** What a device does, in a word. */
export function activity(device) {
  if (!device.linked) {
    return device.elsewhere ? "with another server" : device.in_session ? "link lost" : "away";
  }
  const turn = device.server.turn;
  const words = { USER_TURN: "listening", THINKING: "thinking", SPEAKING: "speaking", DRAINING: "speaking" };
  return device.in_session ? (words[turn] ?? "in session") : "idle";
}

class Card {
  constructor(name) {
    this.does = el("span", { class: "does" });
    this.states = el("span", { class: "states" });
    this.where = el("span", { class: "where", hidden: true });
    const link = el("a", { href: `#/device/${encodeURIComponent(name)}` }, name);
    this.element = el("li", { class: "card", "data-name": name }, link, this.does, this.states, this.where);
  }

  show(device, fleet) {
    const does = activity(device);
    const where = whereabouts(device, fleet);
    this.where.hidden = where.length === 0;
    this.where.replaceChildren(...where);
    setText(this.does, does);
    setText(this.states, Object.entries(device.server).map(([machine, state]) => `${machine} ${state}`).join(" · "));
    if (this.element.dataset.does !== does) {
      this.element.dataset.does = does;
    }
  }
}
