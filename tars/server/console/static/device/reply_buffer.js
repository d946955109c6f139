// What is played: a buffer between replies, which come in bursts, and the sound card, which takes a little at a time. It mirrors
// tars/device/audio/playback.py. A reply begins when JITTER_BUFFER of it is there, or JITTER_BUFFER after its first sample; after a gap it
// goes on in the same way.
import { RATE } from "./samples.js";

// Samples of a reply that are buffered before it is played. It never waits longer for them.
const JITTER_BUFFER = RATE / 5;

export class ReplyBuffer {
  // Samples between this buffer and the sound that is heard.
  delay = 0;
  // Gaps inside replies: the buffer ran dry, and then more of the same reply came.
  underruns = 0;
  // A piece is { samples, stream, end }: `stream` null for a cue; `end` samples of the reply were played when the piece has.
  #pieces = [];
  // What is not played of the reply while it is paused; null: it is not.
  #paused = null;
  #reply = null;
  #position = 0;
  // Where in the time of this buffer which sample of a reply is heard.
  #marks = [];

  // A reply begins; what is buffered plays on before it.
  open(stream) {
    this.resume();
    this.#reply = { stream, received: 0, begun: false, filling: true, since: null, waiting: 0 };
  }

  // Buffer more of the reply. Dropped: another stream's samples, and a reply's that was stopped.
  play(stream, samples) {
    const reply = this.#reply;
    if (reply === null || reply.stream !== stream) return;
    if (reply.begun && reply.filling && reply.since === null) this.underruns += 1;
    reply.received += samples.length;
    reply.since ??= this.#position;
    reply.waiting += samples.length;
    if (samples.length) (this.#paused ?? this.#pieces).push({ samples, stream, end: reply.received });
  }

  // Buffer a sound of our own after what is there; neither waits for more of the reply, nor for the end of a pause.
  cue(samples) {
    if (this.#paused === null && this.#reply !== null && this.#reply.since !== null) this.#reply.filling = false;
    this.#pieces.push({ samples, stream: null, end: 0 });
  }

  // Play nothing more of the reply, and keep it. What was pulled already counts as played.
  pause() {
    if (this.#reply === null || this.#paused !== null) return;
    const { stream } = this.#reply;
    this.#paused = this.#pieces.filter((piece) => piece.stream === stream);
    this.#pieces = this.#pieces.filter((piece) => piece.stream !== stream);
  }

  // Play the reply on, from the next sample, after the cues that are buffered.
  resume() {
    this.#pieces.push(...(this.#paused ?? []));
    this.#paused = null;
  }

  // Drop what is buffered but for the next `keep` samples, and the cues behind them if there are any; the reply is over with it.
  stop(keep = 0) {
    this.#reply = this.#paused = null;
    let left = keep;
    const pieces = this.#pieces;
    this.#pieces = [];
    for (const piece of pieces) {
      const head = keep && piece.stream === null ? piece.samples : piece.samples.subarray(0, Math.max(left, 0));
      left -= head.length;
      const end = piece.end - (piece.samples.length - head.length);
      if (head.length) this.#pieces.push({ samples: head, stream: piece.stream, end });
    }
  }

  // The next `count` samples to play, zeros where there is nothing; and how far a reply was heard, { stream, samples }, if that has changed.
  pull(count) {
    const out = new Int16Array(count);
    let filled = 0;
    for (let piece = this.#next(); filled < count && piece !== null; piece = this.#next()) {
      const part = piece.samples.subarray(0, count - filled);
      out.set(part, filled);
      filled += part.length;
      piece.samples = piece.samples.subarray(part.length);
      if (piece.stream !== null) this.#note(piece, filled);
      if (!piece.samples.length) this.#pieces.shift();
    }
    const reply = this.#reply;
    if (reply !== null && this.#paused === null && reply.begun && !reply.filling && filled < count) {
      reply.filling = true;
      reply.since = null;
      reply.waiting = 0;
    }
    this.#position += count;
    return { samples: out, heard: this.#arrived() };
  }

  #note({ stream, end, samples }, filled) {
    this.#marks.push({ at: this.#position + filled, heard: { stream, samples: end - samples.length } });
    if (this.#reply?.stream === stream) this.#reply.begun = true;
  }

  // The piece to play now; null if there is none, or if it waits for more of its reply.
  #next() {
    const [first] = this.#pieces;
    if (first === undefined) {
      if (this.#paused === null) this.#waits();
      return null;
    }
    return this.#paused === null && first.stream !== null && first.stream === this.#reply?.stream && this.#waits() ? null : first;
  }

  // Whether what is there of the reply waits for more.
  #waits() {
    const reply = this.#reply;
    if (reply === null) return false;
    const { since, waiting } = reply;
    if (since !== null && (waiting >= JITTER_BUFFER || this.#position - since >= JITTER_BUFFER)) reply.filling = false;
    return reply.filling;
  }

  // The latest mark that was heard since the last call.
  #arrived() {
    let heard = null;
    while (this.#marks.length && this.#marks[0].at <= this.#position - this.delay) heard = this.#marks.shift().heard;
    return heard;
  }
}
