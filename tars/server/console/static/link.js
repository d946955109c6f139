/** How good the link of a device is. */

import { el, facts, span } from "./dom.js";
import { activity } from "./devices.js";

const RATE = 16000;

export class LinkQuality {
  constructor() {
    this.facts = facts(
      "state", "link", "round trip", "encrypted", "resumed", "not resumed",
      "messages unacknowledged", "reply waits to be sent", "speech waits for the brain", "speech declared lost",
    );
    this.element = el("section", { "aria-labelledby": "link-heading" }, el("h2", { id: "link-heading" }, "Link"), this.facts.list);
  }

  show(device) {
    const set = this.facts.set;
    set("state", activity(device));
    if (device.round_trip === undefined) {
      return;
    }
    set("link", device.linked ? `for ${span(device.link_age)}` : "down");
    set("round trip", device.round_trip === null ? "–" : `${(device.round_trip * 1000).toFixed(1)} ms`);
    set("encrypted", device.encrypted === null ? "–" : device.encrypted ? "yes" : "no");
    set("resumed", `${device.resumes} times`);
    const reasons = Object.entries(device.not_resumed).map(([reason, count]) => `${reason}: ${count}`);
    set("not resumed", reasons.join(", ") || "never");
    set("messages unacknowledged", String(device.unacknowledged));
    set("reply waits to be sent", span(device.reply_waits / RATE));
    set("speech waits for the brain", span(device.speech_waits / RATE));
    set("speech declared lost", device.lost_samples ? `${device.lost_samples} samples` : "none");
  }
}
