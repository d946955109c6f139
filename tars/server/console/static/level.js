/** How loud it is at a device, and how near its wake word came. */

import { el, facts, setText, time } from "./dom.js";

const NEAR = 0.3;
const MOST = 20;
// Milliseconds after which a level is an old one. A device tells one a second.
const STALE = 3_000;

export class Level {
  constructor() {
    this.meter = el("meter", { min: "-96", max: "0", value: "-96", "aria-label": "how loud it is, in dB below full scale" });
    this.facts = facts("loudest of the last second", "nearest wake word");
    this.why = el("p", { class: "hint", hidden: true });
    this.reason = "";
    this.misses = el("ul", { class: "misses" });
    this.none = el("p", { class: "hint" }, "None yet.");
    this.element = el(
      "section", { "aria-labelledby": "level-heading", hidden: true },
      el("h2", { id: "level-heading" }, "Microphone and wake word"), this.meter, this.why, this.facts.list,
      el("h3", {}, "Heard, and near misses"), this.none, this.misses,
    );
  }

  /** How the device is. One that is away or muted hears nothing, and what it heard before is not how loud it is now. */
  show({ linked, muted }) {
    this.reason = linked ? (muted ? "The device is muted." : "Nothing comes from its microphone now.") : "The device is away.";
    if (muted) {
      this.element.hidden = false; // it tells no level, but why
    }
    if (muted || !linked || !this.why.hidden) {
      this.clear();
    }
  }

  /** Nothing is known of how loud it is now. */
  clear() {
    clearTimeout(this.later);
    this.meter.value = this.meter.min;
    this.meter.hidden = true;
    this.facts.set("loudest of the last second", "–");
    this.facts.set("nearest wake word", "–");
    setText(this.why, this.reason);
    this.why.hidden = false;
  }

  close() {
    clearTimeout(this.later);
  }

  take(levels) {
    for (const told of levels) {
      clearTimeout(this.later);
      this.later = setTimeout(() => this.clear(), STALE);
      this.element.hidden = this.meter.hidden = false;
      this.why.hidden = true;
      this.meter.value = told.level;
      this.facts.set("loudest of the last second", `${told.level.toFixed(1)} dB`);
      const listens = told.model ? `${told.model}: ${told.score.toFixed(2)} of ${told.threshold.toFixed(2)}` : "no word listens now";
      this.facts.set("nearest wake word", listens);
      if (told.model && told.score >= NEAR * told.threshold) {
        const how = told.score >= told.threshold ? "heard" : "near miss";
        this.misses.prepend(el("li", {}, `${time(told.at)} ${told.model} ${told.score.toFixed(2)} of ${told.threshold.toFixed(2)}: ${how}`));
        this.none.hidden = true;
        if (this.misses.childElementCount > MOST) {
          this.misses.lastElementChild.remove();
        }
      }
    }
  }
}
