// The page's microphone and speaker. Both are opened by a press of the user: a browser allows it no earlier.
import { cue } from "./device/cues.js";
import { RATE } from "./device/samples.js";

// Seconds of a reply that are still played after its session has ended.
const FINISH_SECONDS = 10;
// Seconds in which the browser must begin to play or to capture.
const BEGIN_SECONDS = 3;

// A browser without a sound card does not begin, and does not say so.
async function begin(context) {
  let timer = null;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error("the browser has no sound card that it can use")), BEGIN_SECONDS * 1000);
  });
  try {
    await Promise.race([context.resume(), late]);
  } finally {
    clearTimeout(timer);
  }
}

export class Speaker {
  #context = null;
  #node = null;

  // `heard`: called with the stream and how many of its samples were heard.
  constructor(heard) {
    this.heard = heard;
    // Gaps inside replies so far.
    this.underruns = 0;
  }

  // Must be called in a press of the user.
  async unlock() {
    this.#context ??= new AudioContext({ sampleRate: RATE, latencyHint: "interactive" });
    await begin(this.#context);
    if (this.#node !== null) return;
    await this.#context.audioWorklet.addModule("/static/playback_worklet.js");
    const options = { numberOfInputs: 0, outputChannelCount: [1] };
    this.#node = new AudioWorkletNode(this.#context, "playback", options);
    this.#node.port.onmessage = ({ data }) => {
      this.underruns = data.underruns;
      this.heard(data.stream, data.samples);
    };
    this.#node.connect(this.#context.destination);
  }

  open(stream) {
    this.#tell("delay", Math.round((this.#context?.outputLatency ?? 0) * RATE));
    this.#tell("open", stream);
  }

  play(stream, samples) {
    this.#tell("play", stream, samples);
  }

  cue(name) {
    this.#tell("cue", cue(name));
  }

  pause() {
    this.#tell("pause");
  }

  resume() {
    this.#tell("resume");
  }

  stop() {
    this.#tell("stop");
  }

  finish() {
    this.#tell("stop", FINISH_SECONDS * RATE);
  }

  #tell(...words) {
    this.#node?.port.postMessage(words);
  }
}

export class Microphone {
  #context = null;
  #source = null;
  #node = null;
  #stream = null;
  #opening = null;
  #away = null;

  // `captured`: called with blocks of samples. `missed`: with a number of samples for which there was no microphone, though it was open.
  // `ended`: it is gone. `silenced`: `isSilenced` has changed.
  constructor({ captured, missed, ended, silenced }) {
    this.captured = captured;
    this.missed = missed;
    this.ended = ended;
    this.silenced = silenced;
  }

  get isOpen() {
    return this.#stream !== null;
  }

  // Whether it gives no sound though it is open: it is muted in the browser or at the device, or the phone has taken it away.
  get isSilenced() {
    return this.#stream !== null && (this.#away !== null || this.#stream.getTracks()[0].muted);
  }

  // Hear from now on. Rejects if the browser or its user does not allow it.
  open() {
    this.#opening ??= this.#open().finally(() => (this.#opening = null));
    return this.#opening;
  }

  async #open() {
    if (this.#stream !== null) return;
    const wanted = { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true };
    const stream = await navigator.mediaDevices.getUserMedia({ audio: wanted });
    // At the rate of the microphone: not every browser brings it to another one.
    if (this.#context === null) {
      this.#context = new AudioContext();
      await this.#context.audioWorklet.addModule("/static/capture_worklet.js");
      this.#context.onstatechange = () => this.#stateChanged();
    }
    await begin(this.#context);
    this.#stream = stream;
    this.#node = new AudioWorkletNode(this.#context, "capture", { numberOfOutputs: 0, channelCount: 1, channelCountMode: "explicit" });
    this.#node.port.onmessage = ({ data }) => this.captured(data);
    this.#source = this.#context.createMediaStreamSource(stream);
    this.#source.connect(this.#node);
    const [track] = stream.getTracks();
    track.onended = () => {
      this.close();
      this.ended();
    };
    track.onmute = track.onunmute = () => this.silenced();
  }

  // Hear nothing any more: the browser shows that, too.
  close() {
    if (this.#stream === null) return;
    this.#source.disconnect();
    this.#node.port.onmessage = null;
    this.#node.port.close();
    for (const track of this.#stream.getTracks()) {
      track.onended = track.onmute = track.onunmute = null;
      track.stop();
    }
    this.#stream = this.#node = this.#source = this.#away = null;
  }

  // A phone takes the microphone away for a call, and gives it back.
  #stateChanged() {
    if (this.#stream === null) return;
    if (this.#context.state !== "running") {
      this.#away ??= performance.now();
    } else {
      if (this.#away !== null) this.missed(Math.round(((performance.now() - this.#away) / 1000) * RATE));
      this.#away = null;
    }
    this.silenced();
  }

  // Try again, after the page was away.
  wake() {
    if (this.#stream !== null) this.#context.resume();
  }
}
