/** Pairs a device: one click here, and six digits there. */

import { el, setText, span } from "./dom.js";
import { get, send } from "./api.js";

const LOOK = 1000;

export class PairView {
  constructor() {
    this.title = "Pair a device";
    this.name = el("input", { id: "name", maxlength: "64", pattern: "[A-Za-z0-9_\\-]*", autocomplete: "off" });
    this.digits = el("p", { class: "digits" });
    this.steps = el("div", { class: "instructions" });
    this.state = el("p", { role: "status" });
    this.void = el("button", { type: "button", hidden: true, click: () => this.change("DELETE") }, "Make the digits void");
    const form = el(
      "form", { submit: (event) => this.submit(event) },
      el("label", { for: "name" }, "Name of the device (else the one that it would like to have)"), this.name,
      el("button", {}, "Show six digits"),
    );
    this.element = el("div", {}, form, this.state, this.digits, this.steps, this.void);
    this.begun = false;
    this.timer = setInterval(() => this.look(), LOOK);
    this.look();
  }

  submit(event) {
    event.preventDefault();
    this.begun = true;
    this.change("POST", this.name.value ? { name: this.name.value } : {});
  }

  async change(method, body) {
    try {
      this.show(await send(method, "/pairing", body));
    } catch (error) {
      setText(this.state, error.message);
    }
  }

  async look() {
    const pairing = await get("/pairing").catch(() => null);
    if (pairing && (this.begun || pairing.state === "open")) {
      this.begun = true;
      this.show(pairing);
    }
  }

  show(pairing) {
    const open = pairing.state === "open";
    this.void.hidden = !open;
    setText(this.digits, open ? pairing.digits : "");
    const lines = (pairing.instructions ?? []).map((line) => (line.startsWith("    ") ? el("pre", {}, line.trim()) : el("p", {}, line)));
    if (lines.length !== this.steps.childElementCount || this.shown !== pairing.digits) {
      this.steps.replaceChildren(...lines);
      this.shown = pairing.digits;
    }
    const left = open && span(Math.max(0, pairing.until - Date.now() / 1000));
    const said = {
      none: "No digits are shown.",
      open: `Waiting for the device: ${left} and ${pairing.tries_left} tries are left.`,
      paired: `${pairing.device} is paired.`,
      void: pairing.burned ? "Three tries have failed, and the digits are void." : "No device has paired in time, and the digits are void.",
    };
    setText(this.state, said[pairing.state]);
  }

  close() {
    clearInterval(this.timer);
  }
}
