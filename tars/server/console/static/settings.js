/** The settings that count while the server runs. */

import { el } from "./dom.js";
import { get, send } from "./api.js";

export class SettingsView {
  constructor() {
    this.title = "Settings";
    this.record = el("input", { id: "record", type: "checkbox" });
    this.silence = el("input", { id: "silence", type: "number", min: "5", step: "1", required: true });
    this.expiry = el("input", { id: "expiry", type: "number", min: "1", step: "1", required: true });
    this.said = el("p", { role: "status" });
    this.cannot = el("p", { class: "hint", hidden: true }, "The server was started without a folder for recordings (`record`).");
    this.element = el(
      "form", { submit: (event) => this.submit(event) },
      el("p", { class: "hint" }, "They count until the server stops, and for sessions that begin from now on. Then the file counts again."),
      el("div", {}, this.record, " ", el("label", { for: "record" }, "Record what is said")), this.cannot,
      el("label", { for: "silence" }, "Seconds of silence that end a conversation"), this.silence,
      el("label", { for: "expiry" }, "Seconds for which an announcement waits"), this.expiry,
      el("button", {}, "Apply"), this.said,
    );
    get("/settings").then((settings) => this.show(settings), (error) => (this.said.textContent = error.message));
  }

  show(settings) {
    this.settings = settings;
    this.record.checked = settings.record;
    this.record.disabled = !settings.can_record;
    this.cannot.hidden = settings.can_record;
    this.silence.value = settings.session_timeout;
    this.silence.max = settings.longest_session_timeout;
    this.expiry.value = settings.expiry;
  }

  async submit(event) {
    event.preventDefault();
    const wanted = { session_timeout: Number(this.silence.value), expiry: Number(this.expiry.value) };
    if (this.settings.can_record) {
      wanted.record = this.record.checked;
    }
    try {
      this.show(await send("POST", "/settings", wanted));
      this.said.textContent = "They count from now on.";
    } catch (error) {
      this.said.textContent = error.message;
    }
  }
}
