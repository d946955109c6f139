// The device's two streams: the utterance that it sends, out of the capture ring, and the reply that it receives.
import { FLAG_PREROLL } from "./codec.js";
import { RemoteError } from "./errors.js";

// The stream of the utterance that is being sent. Offsets count captured samples.
export class Uplink {
  session = "";
  stream = 0;
  start = 0;
  // The server needs no sample before this offset any more. After a crash of the server, the utterance is sent again from here.
  committed = 0;
  prerollEnd = 0;
  // The server has said that it has the samples of this stream before this offset; 0: it has said nothing.
  acknowledged = 0;
  // After the last sample given to the outbox, in this stream or an earlier one.
  end = 0;
  // The oldest unacknowledged sample is no longer in the ring.
  overflown = false;
  #withdrawn = false;
  #ring;

  constructor(ring) {
    this.#ring = ring;
  }

  // A new stream from `start`, but never with samples of an earlier utterance: recordings do not overlap. It does not begin in a hole.
  open(session, start, wake) {
    const used = this.#withdrawn ? this.start : this.end;
    this.#begin(session, this.#ring.afterHole(Math.max(start, used, this.#ring.start)), wake);
  }

  // The same utterance in a new stream: the server has lost it, and gets every sample that it had not committed.
  reopen(wake) {
    this.#begin(this.session, this.committed, wake);
  }

  // It was no utterance: its samples may belong to the next one.
  withdraw() {
    this.#withdrawn = true;
  }

  #begin(session, start, wake) {
    this.session = session;
    this.stream = (this.stream % 0xffff) + 1;
    this.start = this.committed = this.end = start;
    this.acknowledged = 0;
    this.overflown = this.#withdrawn = false;
    this.prerollEnd = Math.max(wake, start);
  }

  // Which samples from `start` to before `end` are in the ring, up to the next hole.
  stretch(start, end) {
    return this.#ring.stretch(start, end);
  }

  // The samples from `start` to before `end`, as a piece of that stream.
  readSamples(stream, start, end) {
    return { stream, at: start, samples: this.#ring.read(start, end), flags: end <= this.prerollEnd ? FLAG_PREROLL : 0 };
  }

  // How far the server has come. `unanswered`: nothing is committed yet. Throws RemoteError for samples that were never sent.
  takeProgress(received, committed, unanswered) {
    const offset = committed[this.stream] ?? 0;
    const furthest = Math.max(received[this.stream] ?? 0, offset);
    if (furthest > this.end) {
      throw new RemoteError(`sample ${furthest} of stream ${this.stream} is acknowledged, but only ${this.end} were sent`);
    }
    this.acknowledged = Math.max(this.acknowledged, received[this.stream] ?? 0);
    // The server may crash before it says that it has answered.
    if (!unanswered) this.committed = Math.max(this.committed, offset);
  }

  // Whether the utterance can be announced again: its samples are still in the ring, or a gap may be declared.
  survives(gaps) {
    return this.committed < this.end && (gaps || !this.#ring.outlasted(this.committed));
  }
}

// The reply as the device receives it: contiguous, each sample once. Overlap is trimmed, a hole is an error.
export class InboundReply {
  // How many samples it has; null: its end has not come.
  length = null;
  // Samples that have left the speaker.
  heard = 0;

  constructor(stream, at) {
    this.stream = stream;
    this.start = at;
    this.received = at;
  }

  // The samples that are new. Throws RemoteError for a hole.
  take({ at, samples }) {
    if (at > this.received) {
      const missing = at - this.received;
      throw new RemoteError(`stream ${this.stream} goes on at sample ${at}, but ${this.received} comes next: ${missing} are missing`);
    }
    const fresh = samples.subarray(this.received - at);
    this.received += fresh.length;
    return fresh;
  }

  // So many samples have left the speaker.
  noteHeard(samples) {
    this.heard = Math.max(this.heard, Math.min(samples, this.received));
  }

  // Whether every sample of the reply was heard.
  get heardToItsEnd() {
    return this.length !== null && this.heard >= this.length;
  }
}
