/** How loud it is at a device, and how near its wake word came. */

import { el, facts, setText, time } from "./dom.js";

const NEAR = 0.3;
const MOST = 20;

export class Level {
  constructor() {
    this.meter = el("meter", { min: "-96", max: "0", value: "-96", "aria-label": "how loud it is, in dB below full scale" });
    this.facts = facts("loudest of the last second", "nearest wake word");
    this.misses = el("ul", { class: "misses" });
    this.none = el("p", { class: "hint" }, "None yet.");
    this.element = el(
      "section", { "aria-labelledby": "level-heading", hidden: true },
      el("h2", { id: "level-heading" }, "Microphone and wake word"), this.meter, this.facts.list,
      el("h3", {}, "Heard, and near misses"), this.none, this.misses,
    );
  }

  take(levels) {
    for (const told of levels) {
      this.element.hidden = false;
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
