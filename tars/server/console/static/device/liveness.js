// Whether the server still answers: heartbeat, deadlines, and when the link is dead. All limits in seconds; docs/protocol.md has them.

const HEARTBEAT = 30;
const PONG_LIMIT = 10;
const SILENCE_LIMIT = 3;
const SESSION_HEARTBEAT = SILENCE_LIMIT / 2;
const HOTWORD_LIMIT = 1;

// The liveness of one connection. Only an unanswered ping or an unacknowledged hotword makes a link dead.
export class Liveness {
  #lastIn;
  #urgentSince = null;
  #pingedAt = null;
  #hotword = null;

  constructor(now) {
    this.#lastIn = now;
  }

  // A frame has come in: it answers any ping.
  frameReceived(now) {
    this.#lastIn = now;
    this.#pingedAt = null;
  }

  // A numbered message goes out. A hotword has a limit.
  messageSent(number, now, isHotword) {
    if (isHotword) this.#hotword = { number, due: now + HOTWORD_LIMIT };
  }

  pingSent(now) {
    this.#pingedAt = now;
  }

  // The server has applied messages up to this number.
  acknowledged(number) {
    if (this.#hotword !== null && this.#hotword.number <= number) this.#hotword = null;
  }

  // `urgent`: in a session, or while something is unacknowledged, frames are expected within SILENCE_LIMIT.
  watch(now, urgent) {
    if (!urgent) this.#urgentSince = null;
    else this.#urgentSince ??= now;
  }

  // When to send a ping; null: one waits for its answer.
  get pingDue() {
    return this.#pingedAt === null ? this.#nextPing() : null;
  }

  #nextPing() {
    if (this.#urgentSince === null) return this.#lastIn + HEARTBEAT;
    return Math.max(this.#lastIn, this.#urgentSince) + SESSION_HEARTBEAT;
  }

  // Only an unanswered ping counts: after a long sleep of the page the answer may be waiting.
  #deadAt() {
    if (this.#urgentSince === null) return this.#pingedAt + PONG_LIMIT;
    return Math.max(this.#pingedAt, this.#urgentSince) + SILENCE_LIMIT - SESSION_HEARTBEAT;
  }

  // When a ping is due or the link is dead.
  get deadline() {
    const due = this.#pingedAt === null ? this.#nextPing() : this.#deadAt();
    return this.#hotword === null ? due : Math.min(due, this.#hotword.due);
  }

  // Why the link is dead; null: it is not.
  whyDead(now) {
    if (this.#hotword !== null && this.#hotword.due <= now) return `the hotword was not acknowledged within ${HOTWORD_LIMIT} s`;
    if (this.#pingedAt === null || this.#deadAt() > now) return null;
    if (this.#urgentSince === null) return `no answer to the heartbeat within ${PONG_LIMIT} s`;
    return `nothing came in for ${SILENCE_LIMIT} s in a session, or while something was unacknowledged`;
  }
}
