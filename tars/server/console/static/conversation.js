/** What was heard and answered on one device. */

import { el, setText, span, time } from "./dom.js";
import { get } from "./api.js";

// Turns that stay on the page. The server keeps 50.
const MOST_TURNS = 100;
const STAGES = { recognition: "recognition", reply: "reply", to_first_sound: "end of speech to first sound" };

export class Conversation {
  constructor(device, stream) {
    this.device = device;
    this.stream = stream;
    this.turns = new Map();
    this.none = el("p", {}, "Nothing was said since the server started.");
    this.list = el("ol", { class: "turns", "aria-label": "What was said" });
    this.player = el("audio", { controls: true, hidden: true });
    const heading = el("h2", { id: "said-heading" }, "Conversation");
    this.element = el("section", { "aria-labelledby": "said-heading" }, heading, this.none, this.list, this.player);
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
    for (const shown of this.turns.values()) {
      shown.offer(this.stream.about.recorded); // the stream may tell it after the turns are there
    }
    this.none.hidden = this.turns.size > 0;
  }

  play(turn) {
    this.player.hidden = false;
    this.player.src = `/api/recordings/${[turn.device, turn.session, turn.turn].map(encodeURIComponent).join("/")}`;
    this.player.play().catch(() => {});
  }

  close() {
    this.player.pause();
  }
}

class TurnLine {
  constructor(conversation, turn) {
    this.heard = el("p", { class: "heard" });
    this.answer = el("p", { class: "answer" });
    this.about = el("p", { class: "about" });
    this.play = el("button", { type: "button", click: () => conversation.play(turn) }, "Play what was said");
    this.element = el("li", {}, this.heard, this.answer, this.about, this.play);
  }

  show(turn) {
    setText(this.heard, turn.heard || (turn.end ? "(nothing understood)" : "…"));
    setText(this.answer, turn.answer);
    this.playable = turn.end && turn.woken_by !== "announcement"; // it is written when the turn is over
    const stages = Object.entries(turn.stages).map(([name, seconds]) => `${STAGES[name] ?? name} ${span(seconds)}`);
    const how = [time(turn.at), turn.woken_by && `woken by ${turn.woken_by}`, turn.by && `answered by ${turn.by}`, ...stages, turn.end];
    setText(this.about, how.filter(Boolean).join(" · "));
  }

  offer(recorded) {
    this.play.hidden = !recorded || !this.playable;
  }
}
