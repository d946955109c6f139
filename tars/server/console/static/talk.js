// The page to talk: a button, what state the device is in, and what was said.
import { leave } from "./leave.js";
import { ownName } from "./talk_name.js";
import { DeviceRunner } from "./talk_runner.js";
import { Microphone, Speaker } from "./talk_sound.js";
import { linkOf, stateOf, wordsOf } from "./talk_words.js";

// Lines of what was said that stay on the page. The server keeps 50 turns of two lines.
const MOST_LINES = 200;
const NO_MICROPHONE = {
  NotAllowedError: "The browser does not allow the microphone here. Allow it for this page, then press again.",
  NotFoundError: "There is no microphone.",
};

const at = (id) => document.getElementById(id);

class TalkPage {
  #runner = null;
  #speaker = new Speaker((stream, samples) => this.#runner.heard(stream, samples));
  #microphone = new Microphone({
    captured: (samples) => this.#runner.captured(samples),
    missed: (count) => this.#runner.missed(count),
    ended: () => this.#microphoneEnded(),
    silenced: () => this.#show(),
  });
  #pressing = false;
  #turn = "";
  #isRefused = false;
  // What the device has done, for whoever looks for a fault: the last steps of its machines.
  steps = [];

  constructor(name) {
    this.name = name;
    at("name").textContent = `This page is the device ${name}.`;
    at("press").onclick = () => this.press();
    document.onkeydown = (event) => {
      if (event.key !== " " || event.repeat || event.target.closest("a, button, input")) return;
      event.preventDefault();
      this.press();
    };
    // The end of a page is the end of its conversation. Nothing can be resumed: what was heard is gone with the page.
    addEventListener("pagehide", () => this.#end());
    addEventListener("online", () => this.#runner?.handle("redial"));
    document.addEventListener("visibilitychange", () => {
      this.#microphone.wake();
      if (!document.hidden) this.#runner?.handle("redial");
    });
  }

  get core() {
    return this.#runner?.core;
  }

  get underruns() {
    return this.#speaker.underruns;
  }

  // The button. The first press opens speaker and link, too: a browser allows no sound before it.
  async press() {
    if (this.#pressing) return;
    this.#pressing = true;
    at("problem").textContent = "";
    try {
      await this.#speaker.unlock();
      this.#begin();
      if (!this.core.inSession) await this.#microphone.open();
      this.#runner.press();
    } catch (error) {
      at("problem").textContent = NO_MICROPHONE[error.name] ?? `It cannot begin: ${error.message}`;
    } finally {
      this.#pressing = false;
      this.#show();
    }
  }

  #begin() {
    if (this.#runner !== null) return;
    const url = new URL("/talk/link", location.href.replace(/^http/, "ws"));
    const told = (step) => this.#told(step);
    const [dialFailed, refused] = [() => this.#dialFailed(), (reason) => this.#refused(reason)];
    this.#runner = new DeviceRunner(this.name, url, this.#speaker, { told, dialFailed, refused });
    this.#runner.begin();
  }

  #end() {
    if (this.#runner === null) return;
    if (this.core.machines.state("session") !== "IDLE") this.#runner.handle("stop");
    this.#runner = null;
    this.#isRefused = false;
    this.#microphone.close();
    this.#show(); // a browser may show the page again as it was
  }

  #microphoneEnded() {
    at("problem").textContent = "The microphone is gone.";
    this.#end();
  }

  // Whether the cookie is still good: a page that is not signed in is led to the login.
  async #dialFailed() {
    const answer = await fetch("/talk", { redirect: "manual" }).catch(() => null);
    if (answer?.type === "opaqueredirect") location.assign("/login");
  }

  #refused(reason) {
    this.#isRefused = true;
    at("problem").textContent = `The server refuses this page: ${reason}`;
  }

  // --- what is seen -----------------------------------------------------------------------------------------------------------

  #told(step) {
    if (step === null) {
      this.#follow();
      return;
    }
    this.steps.push(step);
    if (this.steps.length > 500) this.steps.shift();
  }

  // The microphone is open in a conversation, and while one begins.
  #follow() {
    if (this.#runner === null) return;
    if (this.core.inSession && !this.#microphone.isOpen) this.#openMicrophone();
    else if (!this.core.inSession && !this.#pressing) this.#microphone.close();
    this.#show();
  }

  async #openMicrophone() {
    try {
      await this.#microphone.open();
    } catch (error) {
      at("problem").textContent = NO_MICROPHONE[error.name] ?? error.message;
      this.#end();
    }
  }

  #show() {
    const machines = this.core?.machines;
    const state = stateOf(machines);
    const button = at("press");
    if (this.#isRefused && machines?.state("continuity") === "LINKED") {
      this.#isRefused = false;
      at("problem").textContent = "";
    }
    setText(at("connection"), linkOf(machines, this.#isRefused));
    setText(at("state"), wordsOf(state, this.#microphone.isSilenced));
    if (button.dataset.state === state) return;
    button.dataset.state = state;
    if (state === "SPEAKING" || state === "LISTENING" || state === "USER_TURN") this.#showTranscript();
  }

  async #showTranscript() {
    const answer = await fetch(`/api/conversation?device=${encodeURIComponent(this.name)}`).catch(() => null);
    if (!answer?.ok) return;
    const { turns } = await answer.json();
    const shown = at("transcript");
    for (const { session, turn, heard, answer: said } of turns) {
      for (const [kind, text] of [["heard", heard], ["answer", said]]) {
        const id = `${session}-${turn}-${kind}`;
        const line = document.getElementById(id) ?? shown.appendChild(made(id, kind));
        setText(line, text);
        line.hidden = !text;
      }
    }
    while (shown.childElementCount > MOST_LINES) shown.firstElementChild.remove();
  }
}

function made(id, kind) {
  const line = document.createElement("li");
  line.id = id;
  line.className = kind;
  return line;
}

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function cannotTalk(why) {
  at("press").disabled = true;
  at("problem").textContent = why;
}

at("leave").onclick = leave;
if (isSecureContext) {
  try {
    // Seen in the console of the browser, and by tests: `talk.core` is the device.
    globalThis.talk = new TalkPage(await ownName());
  } catch (error) {
    cannotTalk(`This page gets no name: ${error.message}`);
  }
} else {
  cannotTalk("A browser gives its microphone only to a page that is encrypted (https), or of this machine (localhost).");
}
