// Runs where the sound is: plays the reply out of its buffer, and says how much of it was heard.
import { ReplyBuffer } from "./device/reply_buffer.js";
import { BLOCK } from "./device/samples.js";

class Playback extends AudioWorkletProcessor {
  #buffer = new ReplyBuffer();
  #heard = null;
  #since = 0;

  constructor() {
    super();
    this.port.onmessage = ({ data: [verb, ...given] }) => {
      if (verb === "delay") [this.#buffer.delay] = given;
      else this.#buffer[verb](...given);
    };
  }

  process(_, [[channel]]) {
    const { samples, heard } = this.#buffer.pull(channel.length);
    for (let index = 0; index < channel.length; index += 1) channel[index] = samples[index] / 32768;
    this.#report(heard, channel.length);
    return true;
  }

  // Said at once when nothing more was heard, and each 80 ms before.
  #report(heard, count) {
    this.#since += count;
    if (this.#heard !== null && (heard === null || this.#since >= BLOCK)) {
      this.port.postMessage({ ...this.#heard, underruns: this.#buffer.underruns });
      this.#heard = null;
      this.#since = 0;
    }
    this.#heard = heard ?? this.#heard;
  }
}

registerProcessor("playback", Playback);
