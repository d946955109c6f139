// The device's end of a connection: frames in and out, message numbers, acknowledgements. It knows no machine and no buffer.
import { messages } from "../messages.js";
import { MAX_CHUNK, decode, encode, encodeAudio } from "./codec.js";
import { RemoteError } from "./errors.js";
import { Liveness } from "./liveness.js";
import { Outbox, isAudio } from "./outbox.js";
import { Pacing } from "./pacing.js";

// Seconds after which received sound is acknowledged at the latest.
const ACK_DELAY = 0.5;

// Frames out in order, new messages and sound in, in order. Everything that is numbered leaves through the outbox, so a message never
// overtakes sound, and everything that was sent is kept until it is acknowledged. Each frame carries the generation of its socket.
export class Link {
  generation = 0;
  outbox = new Outbox();
  liveness = new Liveness(0);
  pacing = new Pacing(0);
  // The socket is up.
  isOpen = false;
  // Messages dropped because they had come before.
  duplicates = 0;
  // Why this side closes the socket, if the server did what the protocol does not allow.
  refusal = null;
  // When `sendAck` must be called at the latest; null: there is nothing to acknowledge.
  ackDue = null;
  #expecting = false;
  #greeted = false;
  #outgoing = [];

  // --- the socket -------------------------------------------------------------------------------------------------------------

  // Whether this socket is the current one: from the moment it is dialled until it is given up.
  expects(generation) {
    return this.#expecting && generation === this.generation;
  }

  // A new socket is being opened; its generation.
  dial() {
    this.close();
    this.generation += 1;
    this.#expecting = true;
    this.refusal = null;
    return this.generation;
  }

  // A socket is up. Nothing that was known of an older one counts for it.
  open(generation, now) {
    this.generation = generation;
    this.isOpen = this.#expecting = true;
    this.liveness = new Liveness(now);
    this.pacing = new Pacing(now);
    this.refusal = this.ackDue = null;
    this.#greeted = false;
  }

  // The socket is given up: nothing more is queued for it, nothing is expected from it. Frames already queued still leave.
  close() {
    this.isOpen = this.#expecting = false;
  }

  // --- out --------------------------------------------------------------------------------------------------------------------

  // Send a message. A numbered one is queued and kept until it is acknowledged. Any other leaves at once, or never.
  send(message) {
    if (messages[message.type].numbered) this.outbox.addMessage(message);
    else if (this.isOpen) this.#put(encode(message, null, this.outbox.applied));
  }

  // Transmit the queued messages up to the first sound that has not gone out; that sound, or null if there is none.
  nextAudio(now) {
    if (!this.isOpen) return null;
    this.pacing.due = null;
    for (const item of this.outbox.items) {
      if (!isAudio(item)) this.#transmitMessage(item, now);
      else if (item.transmitted < item.end) return item;
    }
    return null;
  }

  // How many of these samples may be given to `sendAudio` now: at most one frame. If none, `deadline` says when.
  allowed(samples, now) {
    return this.pacing.allow(Math.min(samples, MAX_CHUNK), now);
  }

  // Transmit the next samples of queued sound.
  sendAudio(queued, audio) {
    this.#put(encodeAudio(audio));
    queued.transmitted = audio.at + audio.samples.length;
  }

  // Declare the next samples of queued sound, up to before `end`, lost for good.
  sendGap(queued, end, reason) {
    const values = { stream: queued.stream, at: queued.transmitted, samples: end - queued.transmitted, reason };
    this.send({ type: "gap", values });
    queued.transmitted = end;
  }

  // Everything to send, in order, once: { generation, frame }.
  outgoing() {
    const frames = this.#outgoing;
    this.#outgoing = [];
    return frames;
  }

  #transmitMessage(queued, now) {
    if (queued.transmitted) return;
    queued.transmitted = true;
    this.#put(encode(queued.message, queued.number, this.outbox.applied));
    this.liveness.messageSent(queued.number, now, queued.message.type === "hotword_detected");
  }

  #put(frame) {
    this.#outgoing.push({ generation: this.generation, frame });
  }

  // --- in ---------------------------------------------------------------------------------------------------------------------

  // What a frame holds, if it is new; else null. Throws RemoteError for what the protocol does not allow.
  receive(frame, now) {
    if (!this.isOpen) return null;
    this.liveness.frameReceived(now);
    const incoming = decode(frame);
    if (incoming.audio === undefined) return this.#isNew(incoming, now) ? incoming : null;
    this.oweAck(now);
    return incoming;
  }

  #isNew({ message, number, applied }, now) {
    const { type, values } = message;
    if (type === "ping") this.send({ type: "pong", values: { t: values.t } });
    if (type === "welcome") this.#greetOnce();
    else {
      this.outbox.acknowledge(applied);
      this.liveness.acknowledged(applied);
    }
    if (type === "ack") this.outbox.acknowledgeAudio(values.received);
    return number === null || this.#isNext(number, type, now);
  }

  #greetOnce() {
    if (this.#greeted) throw new RemoteError("welcome came twice; it is the first message on a connection, and only that");
    this.#greeted = true;
  }

  #isNext(number, type, now) {
    if (number <= this.outbox.applied) {
      this.duplicates += 1;
      return false;
    }
    const next = this.outbox.applied + 1;
    if (number !== next) throw new RemoteError(`${type} has number ${number}, but ${next} comes next: a message is missing`);
    this.outbox.applied = number;
    this.oweAck(now, 0);
    return true;
  }

  // --- acknowledgements and deadlines -----------------------------------------------------------------------------------------

  // There is something to acknowledge within `delay` seconds.
  oweAck(now, delay = ACK_DELAY) {
    if (this.isOpen && (this.ackDue === null || now + delay < this.ackDue)) this.ackDue = now + delay;
  }

  ackIsDue(now) {
    return this.ackDue !== null && this.ackDue <= now;
  }

  // Say how far this side has come.
  sendAck(progress) {
    this.ackDue = null;
    this.send({ type: "ack", values: progress });
  }

  // In a session, and while something is unacknowledged, the server must be heard from all the time.
  watch(now, inSession) {
    this.liveness.watch(now, inSession || this.outbox.awaitsAcknowledgement);
  }

  // When `tick` has something to do; null: never.
  get deadline() {
    if (!this.isOpen) return null;
    return Math.min(this.liveness.deadline, this.ackDue ?? Infinity, this.pacing.due ?? Infinity);
  }

  // Send a ping when it is due. Returns why the link is dead, null if it is not.
  tick(now) {
    if (!this.isOpen) return null;
    const reason = this.liveness.whyDead(now);
    if (reason !== null) return reason;
    const due = this.liveness.pingDue;
    if (due !== null && due <= now) {
      this.liveness.pingSent(now);
      this.send({ type: "ping", values: { t: Math.floor(now * 1000) } });
    }
    return null;
  }
}
