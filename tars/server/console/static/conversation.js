/** What was heard and answered on one device. */

import { el, setText, span, time } from "./dom.js";
import { get } from "./api.js";

// Turns that stay on the page. The server keeps 50.
const MOST_TURNS = 100;
// Milliseconds after the end of a turn when it is asked whether there is a recording of it.
const RECORDED = 1000;
const STAGES = { recognition: "recognition", reply: "reply", to_first_sound: "end of speech to first sound" };

export class Conversation {
  constructor(device) {
    this.device = device;
    this.turns = new Map();
    this.none = el("p", {}, "Nothing was said since the server started.");
    this.list = el("ol", { class: "turns", "aria-label": "What was said" });
    this.player = el("audio", { controls: true, hidden: true, error: () => this.failed() });
    this.problem = el("p", { role: "alert" });
    const heading = el("h2", { id: "said-heading" }, "Conversation");
    this.element = el("section", { "aria-labelledby": "said-heading" }, heading, this.none, this.list, this.player, this.problem);
    this.load();
  }

  /** Takes the turns that the server has kept. They are not read aloud; those that come from now on are. */
  load() {
    const taken = ({ turns }) => {
      this.take(turns);
      this.list.setAttribute("aria-live", "polite");
    };
    get(`/conversation?device=${encodeURIComponent(this.device)}`).then(taken, () => {});
  }

  /** Turns that go on or have ended. The recording of one that has ended is written by now or soon. */
  news(turns) {
    this.take(turns);
    if (turns.some((turn) => turn.end)) {
      clearTimeout(this.later);
      this.later = setTimeout(() => this.load(), RECORDED);
    }
  }

  take(turns) {
    for (const turn of turns) {
      const key = `${turn.session} ${turn.turn} ${turn.at}`;
      const shown = this.turns.get(key) ?? new TurnLine(this, turn);
      if (!this.turns.has(key)) {
        this.turns.set(key, shown);
        this.list.append(shown.element);
      }
      shown.show(turn);
    }
    for (const [key, { element }] of [...this.turns].slice(0, -MOST_TURNS)) {
      element.remove();
      this.turns.delete(key);
    }
    this.none.hidden = this.turns.size > 0;
  }

  play(turn) {
    this.player.hidden = false;
    setText(this.problem, "");
    this.player.src = `/api/recordings/${[turn.device, turn.session, turn.turn].map(encodeURIComponent).join("/")}`;
    this.player.play().catch(() => {});
  }

  /** The recording was deleted after it was offered, or the server does not answer. */
  failed() {
    this.player.hidden = true;
    setText(this.problem, "The recording cannot be played: it is not kept any more, or the server does not answer.");
    this.load();
  }

  close() {
    clearTimeout(this.later);
    this.player.pause();
  }
}

class TurnLine {
  constructor(conversation, turn) {
    this.heard = el("p", { class: "heard" });
    this.answer = el("p", { class: "answer" });
    this.about = el("p", { class: "about" });
    this.play = el("button", { type: "button", click: () => conversation.play(turn) }, "Play what was said");
    this.play.hidden = true;
    this.element = el("li", {}, this.heard, this.answer, this.about, this.play);
  }

  show(turn) {
    setText(this.heard, turn.heard || (turn.end ? "(nothing understood)" : "…"));
    setText(this.answer, turn.answer);
    this.play.hidden = !(turn.recorded ?? !this.play.hidden); // news do not say whether there is a recording
    const stages = Object.entries(turn.stages).map(([name, seconds]) => `${STAGES[name] ?? name} ${span(seconds)}`);
    const how = [time(turn.at), turn.woken_by && `woken by ${turn.woken_by}`, turn.by && `answered by ${turn.by}`, ...stages, turn.end];
    setText(this.about, how.filter(Boolean).join(" · "));
  }
}
