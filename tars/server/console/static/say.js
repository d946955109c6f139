/** Has a device speak or ask, and shows what waits to be said. */

import { el } from "./dom.js";
import { get, send } from "./api.js";
import { DeviceChoice } from "./device_choice.js";

const LOOK = 2000;

export class SayView {
  constructor(stream) {
    this.title = "Say";
    this.device = new DeviceChoice(stream, "to");
    this.text = el("textarea", { id: "text", name: "text", rows: "3", maxlength: "1000", required: true });
    this.outcome = el("p", { role: "status" });
    this.waiting = el("ul");
    const form = el(
      "form", { submit: (event) => this.submit(event) },
      el("label", { for: "to" }, "Device"), this.device.element,
      el("label", { for: "text" }, "What it says"), this.text,
      el("div", { class: "buttons" }, el("button", { value: "say" }, "Say it"), el("button", { value: "ask" }, "Ask, and wait for the answer")),
      this.outcome,
    );
    this.element = el("div", {}, form, el("h2", {}, "Waits to be said"), this.waiting);
    this.timer = setInterval(() => this.look(), LOOK);
    this.look();
  }

  news() {
    this.device.news();
  }

  async submit(event) {
    event.preventDefault();
    const how = event.submitter.value;
    this.outcome.textContent = how === "ask" ? "The question waits for its answer." : "";
    try {
      const made = await send("POST", `/${how}`, { device: this.device.element.value, text: this.text.value });
      this.outcome.textContent = made.answer ? `The answer: ${made.answer}` : `It ${made.outcome === "waits" ? "waits to be said" : `was ${made.outcome}`}.`;
    } catch (error) {
      this.outcome.textContent = error.message;
    }
    this.look();
  }

  async look() {
    const told = await get("/announcements").catch(() => null);
    if (told === null) {
      return; // nobody knows what waits now, so what is shown stays
    }
    const lines = told.announcements.map((one) => {
      const failed = (error) => (this.outcome.textContent = error.message);
      const withdraw = () => send("DELETE", `/announcements/${one.id}`).then(() => this.look(), failed);
      return el("li", {}, `${one.device}: ${one.text} `, el("button", { type: "button", click: withdraw }, "Withdraw"));
    });
    this.waiting.replaceChildren(...(lines.length ? lines : [el("li", { class: "hint" }, "Nothing.")]));
  }

  close() {
    clearInterval(this.timer);
  }
}
