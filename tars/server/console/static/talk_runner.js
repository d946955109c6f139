// Runs the device's core in a page: sound, button and frames in; dialling, speaker and cues out, one timer. It mirrors
// tars/device/runner.py.
import { DeviceEndpoint } from "./device/device.js";
import { SUBPROTOCOL } from "./messages.js";
import { Watched } from "./talk_watched.js";

// A page may close a WebSocket with 1000 and with codes of its own only.
const CODES = { 1001: 1000, 1008: 4008 };
// The server does not take the page, and says why. It is asked again, as after any other end: the reason may pass.
const REFUSED = 1008;
// The longest reason of a close, in bytes.
const LONGEST_REASON = 123;

const now = () => performance.now() / 1000;

export const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(6)), (byte) => byte.toString(16).padStart(2, "0")).join("");

export class DeviceRunner {
  #url;
  #speaker;
  #sockets = new Map();
  #timer = null;
  #watched = new Watched((generation, message) => this.core.tell(generation, message));

  // `told`: called with each step, and `null` when the effects of one are carried out. `dialFailed`: called when an attempt to connect fails.
  // `refused`: called with the reason if the server does not take the page.
  constructor(name, url, speaker, { told, dialFailed, refused }) {
    this.core = new DeviceEndpoint(name, { boot: newId() });
    this.told = told;
    this.dialFailed = dialFailed;
    this.refused = refused;
    this.#url = url;
    this.#speaker = speaker;
  }

  begin() {
    this.#carryOut(this.core.begin());
    this.handle("start");
  }

  // Something happened outside.
  handle(name, payload = {}) {
    this.#carryOut(this.core.handle({ name, payload }, now()));
  }

  captured(samples) {
    this.#watched.hear(samples, now());
    this.#carryOut(this.core.captured(samples, now()));
  }

  missed(count) {
    this.#carryOut(this.core.missed(count, now()));
  }

  heard(stream, samples) {
    this.#carryOut(this.core.heard(stream, samples, now()));
  }

  // The button: it opens a conversation, interrupts, or ends it, as the states say.
  press() {
    this.handle("button", { session: newId(), at: this.core.ring.end });
  }

  #carryOut(effects) {
    for (const effect of effects) {
      if (effect.kind === "Traced") {
        this.told(effect);
        this.#watched.observe(effect, now());
      }
      if (effect.kind === "BeWatched") this.#watched.begin(effect, this.core.machines, now());
    }
    // Then frames: a step may send a message and close the socket.
    for (const { generation, frame } of this.core.outgoing()) this.#send(generation, frame);
    for (const effect of effects) this.#perform(effect);
    this.#keepTime();
    this.told(null);
  }

  #send(generation, frame) {
    const socket = this.#sockets.get(generation);
    if (socket?.readyState === WebSocket.OPEN) socket.send(frame);
  }

  #perform(effect) {
    switch (effect.kind) {
      case "OpenSocket":
        return this.#dial(effect.generation);
      case "AbortSocket":
        return this.#close(effect.generation);
      case "CloseSocket":
        return this.#close(effect.generation, CODES[effect.code], shortened(effect.reason));
      case "OpenSpeaker":
        return this.#speaker.open(effect.stream);
      case "Play":
        return this.#speaker.play(effect.stream, effect.samples);
      case "PauseSpeaker":
        return this.#speaker.pause();
      case "ResumeSpeaker":
        return this.#speaker.resume();
      case "StopSpeaker":
        return this.#speaker.stop();
      case "FinishSpeaker":
        return this.#speaker.finish();
      case "Cue":
        return this.#speaker.cue(effect.sound);
      case "Traced": // told before
      case "BeWatched": // begun before
      case "RearmWakeWord": // there is none
        return undefined;
    }
    throw new TypeError(`unknown effect: ${effect.kind}`);
  }

  // --- the socket -------------------------------------------------------------------------------------------------------------

  #dial(generation) {
    const socket = new WebSocket(this.#url, [SUBPROTOCOL]);
    let opened = false;
    socket.binaryType = "arraybuffer";
    this.#sockets.set(generation, socket);
    socket.onopen = () => {
      opened = true;
      this.#carryOut(this.core.socketOpened(generation, now()));
    };
    socket.onmessage = ({ data }) => {
      this.#tickIfDue();
      this.#carryOut(this.core.receive(generation, data, now()));
    };
    socket.onclose = ({ code, reason }) => {
      this.#sockets.delete(generation);
      if (code === REFUSED) this.refused(reason);
      this.handle(opened ? "lost" : "failed", { generation, reason: reason || `closed with ${code}` });
      if (!opened) this.dialFailed();
    };
  }

  // Given up: whatever it still says is not heard.
  #close(generation, code, reason) {
    const socket = this.#sockets.get(generation);
    if (socket === undefined) return;
    this.#sockets.delete(generation);
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close(code, reason);
  }

  // --- time -------------------------------------------------------------------------------------------------------------------

  #keepTime() {
    clearTimeout(this.#timer);
    const { deadline } = this.core;
    this.#timer = deadline === null ? null : setTimeout(() => this.#tick(), Math.max(0, (deadline - now()) * 1000));
  }

  #tick() {
    const { deadline } = this.core;
    if (deadline !== null && deadline > now()) this.#keepTime();
    else this.#carryOut(this.core.tick(now()));
  }

  // A page in the background gets its timers late: a limit passes before what came in after it.
  #tickIfDue() {
    const { deadline } = this.core;
    if (deadline !== null && deadline <= now()) this.#carryOut(this.core.tick(now()));
  }
}

function shortened(reason) {
  let text = reason;
  while (new TextEncoder().encode(text).length > LONGEST_REASON) text = text.slice(0, -1);
  return text;
}
