// What must survive a connection for a session to be resumed: message numbers, and everything that is not yet acknowledged.
import { RemoteError } from "./errors.js";

// Messages that may wait for an acknowledgement. They come at the pace of people and timers; more means that something is broken.
const MOST_MESSAGES = 1000;

// A queued message is { number, message, transmitted }, queued sound { stream, start, end, transmitted }: the samples before `transmitted`
// went out on this connection. The samples themselves are in the capture ring.
export const isAudio = (item) => item.stream !== undefined;

export class Outbox {
  // The number of the last message queued; the highest of ours that the server has applied; the highest of theirs that was applied here.
  sent = 0;
  acknowledged = 0;
  applied = 0;
  items = [];
  // Why nothing can be resumed from this outbox, if nothing can: the next greeting starts anew.
  broken = "";

  // Number a message and queue it last. A broken outbox takes nothing more.
  addMessage(message) {
    if (this.broken) return;
    this.sent += 1;
    this.items.push({ number: this.sent, message, transmitted: false });
    if (this.sent - this.acknowledged > MOST_MESSAGES) this.broken = `more than ${MOST_MESSAGES} messages are unacknowledged`;
  }

  addAudio(stream, start, end) {
    const last = this.items.at(-1);
    if (last !== undefined && isAudio(last) && last.stream === stream && last.end === start) last.end = end;
    else this.items.push({ stream, start, end, transmitted: start });
  }

  // Forget all samples that are queued: their stream is over.
  dropAudio() {
    this.items = this.items.filter((item) => !isAudio(item));
  }

  // The first offset that the server has not acknowledged; null: no samples are queued.
  get oldestSample() {
    return this.items.find(isAudio)?.start ?? null;
  }

  // Whether something went out on this connection that is not acknowledged.
  get awaitsAcknowledgement() {
    return this.items.some((item) => (isAudio(item) ? item.transmitted > item.start : item.transmitted));
  }

  // The server has applied messages up to this number. Throws RemoteError for a number that was never sent.
  acknowledge(number) {
    if (number > this.sent) throw new RemoteError(`message ${number} is acknowledged, but only ${this.sent} were sent`);
    if (number > this.acknowledged) {
      this.acknowledged = number;
      this.items = this.items.filter((item) => isAudio(item) || item.number > number);
    }
  }

  // The server has the samples before these offsets, by stream. Throws RemoteError for samples that were never sent.
  acknowledgeAudio(received) {
    for (const item of this.items.filter(isAudio)) {
      const offset = received[item.stream];
      if (offset === undefined || offset <= item.start) continue;
      if (offset > item.end && !this.#continued(item)) {
        throw new RemoteError(`sample ${offset} of stream ${item.stream} is acknowledged, but only ${item.end} were sent`);
      }
      item.start = Math.min(offset, item.end);
      item.transmitted = Math.max(item.transmitted, item.start);
      if (item.start === item.end) this.items.splice(this.items.indexOf(item), 1);
    }
  }

  #continued(audio) {
    return this.items.some((item) => isAudio(item) && item.stream === audio.stream && item.start >= audio.end);
  }

  // There is a new connection: everything goes out again.
  rewind() {
    for (const item of this.items) item.transmitted = isAudio(item) ? item.start : false;
  }
}
