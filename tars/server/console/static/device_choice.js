/** A choice among the devices that can be spoken to. */

import { el } from "./dom.js";

export class DeviceChoice {
  constructor(stream, id) {
    this.stream = stream;
    this.element = el("select", { id, name: "device", required: true });
    this.news();
  }

  /** What is new can be chosen, and what is gone cannot. */
  news() {
    const options = new Map([...this.element.options].map((option) => [option.value, option]));
    for (const { name, old } of this.stream.devices.values()) {
      if (!old && !options.delete(name)) {
        this.element.append(el("option", { value: name }, name));
      }
    }
    for (const gone of options.values()) {
      gone.remove();
    }
  }
}
