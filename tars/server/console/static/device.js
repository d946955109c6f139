/** One device: its machines on both sides, its link, what was said. */

import { el } from "./dom.js";
import { whereabouts } from "./devices.js";
import { Machines } from "./machines.js";
import { Level } from "./level.js";
import { LinkQuality } from "./link.js";
import { Conversation } from "./conversation.js";

export class DeviceView {
  constructor(stream, name) {
    this.title = name;
    this.device = name;
    this.stream = stream;
    this.machines = new Machines();
    this.link = new LinkQuality();
    this.conversation = new Conversation(name);
    this.where = el("p", { class: "where", hidden: true });
    this.level = new Level();
    this.element = el("div", { class: "device" }, this.where, this.link.element, this.conversation.element, this.level.element, this.machines.element);
    this.news({ devices: new Set(stream.devices.has(name) ? [name] : []), steps: [], turns: [], levels: [], missing: 0 });
  }

  news({ devices, steps, turns, levels, missing }) {
    if (devices.has(this.device)) {
      // One without a key that has left is not among the devices any more.
      const device = this.stream.devices.get(this.device) ?? { linked: false, in_session: false, server: {} };
      this.link.show(device);
      this.machines.show(device);
      this.showWhere(device);
      this.level.show(device);
    }
    this.machines.take(steps, missing);
    this.level.take(levels);
    this.conversation.news(turns.filter((turn) => turn.device === this.device));
  }

  /** A device that is with another server is shown there. */
  showWhere(device) {
    const where = whereabouts(device, this.stream.fleet);
    this.where.hidden = where.length === 0;
    const there = device.elsewhere && !device.linked ? [". What it does and what is said there, the console of that server shows."] : ["."];
    this.where.replaceChildren("It is ", ...where, ...there);
  }

  opened() {
    this.conversation.load();
  }

  close() {
    this.level.close();
    this.conversation.close();
  }
}
