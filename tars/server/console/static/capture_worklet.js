// Runs where the sound is: brings what the microphone hears to 16 kHz and hands it over in blocks.
import { Resampler } from "./device/resampler.js";
import { BLOCK, RATE } from "./device/samples.js";

class Capture extends AudioWorkletProcessor {
  #resampler = new Resampler(sampleRate, RATE);
  #block = new Int16Array(BLOCK);
  #filled = 0;

  process([[channel]]) {
    if (channel !== undefined) for (const sample of this.#resampler.feed(channel)) this.#take(sample);
    return true;
  }

  #take(sample) {
    this.#block[this.#filled] = Math.max(-32768, Math.min(32767, Math.round(sample * 32767)));
    this.#filled += 1;
    if (this.#filled < BLOCK) return;
    this.port.postMessage(this.#block, [this.#block.buffer]);
    this.#block = new Int16Array(BLOCK);
    this.#filled = 0;
  }
}

registerProcessor("capture", Capture);
