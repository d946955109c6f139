// What is around the machines and the link: the parts of a step. The verbs of a device are in device.js.
import { ForbiddenEvent } from "../interpreter.js";
import { wiring } from "../machines-device.js";
import { messages } from "../messages.js";
import { RemoteError } from "./errors.js";
import { Link } from "./link.js";
import { MachineSet } from "./machines.js";
import { Outbox } from "./outbox.js";

// The close codes that a device sends.
const GOING_AWAY = 1001;
const POLICY_VIOLATION = 1008;

export class Endpoint {
  link = new Link();
  // What has to be done, in order: { kind, ... }, by the names of tars/core/effects.py.
  effects = [];
  // Messages dropped because they belonged to a session or turn that is over.
  outdated = 0;
  // Links closed because the server did what the protocol does not allow.
  refused = 0;
  #closing = null;

  constructor(device, limits, contexts, random) {
    this.machines = new MachineSet(device, limits, contexts, this, this.effects, random);
  }

  // --- what the states decide -------------------------------------------------------------------------------------------------

  // Numbered messages are sent and taken.
  get linked() {
    return this.machines.output("numbered") === "SEND";
  }

  // What is sent is kept for the next link, on which the session may be resumed.
  get interrupted() {
    return this.machines.output("numbered") === "KEEP";
  }

  // Nothing is kept of the server, and nothing for it.
  get gone() {
    return this.machines.output("numbered") === "DROP";
  }

  get inSession() {
    return this.machines.output("in_session");
  }

  // --- verbs ------------------------------------------------------------------------------------------------------------------

  // The first line of the trace.
  begin() {
    this.machines.markBeginning();
    return this.takeEffects();
  }

  // Everything to send, in order, once: { generation, frame }.
  outgoing() {
    return this.link.outgoing();
  }

  // Send a message that no row emits, on the link of this generation, unless it is gone. Nothing follows from it.
  tell(generation, message) {
    if (this.linked && this.link.expects(generation)) this.link.send(message);
  }

  // When to call `tick`; null: never.
  get deadline() {
    const due = [this.machines.nextLimit, this.linked ? this.link.deadline : null].filter((at) => at !== null);
    return due.length ? Math.min(...due) : null;
  }

  takeEffects() {
    return this.effects.splice(0);
  }

  // --- parts of a step --------------------------------------------------------------------------------------------------------

  // Something happened outside. What an older socket says is dropped.
  post(event, now) {
    const { generation } = event.payload;
    if (generation === undefined || this.link.expects(generation)) this.machines.post(event, now);
  }

  // Let the limits of the machines pass, then those of the link.
  passLimits(now) {
    this.machines.passLimits(now);
    // Before the welcome a limit of the machines bounds the wait for it.
    const reason = this.linked ? this.link.tick(now) : null;
    if (reason !== null) this.#lose(reason, now);
  }

  // The link is dead: the machines decide, and their rows drop the socket.
  #lose(reason, now) {
    this.machines.post({ name: "lost", payload: { generation: this.link.generation, reason } }, now);
  }

  // Do what may come from the server; what the protocol or a machine does not allow closes the link with a reason.
  guarded(take, now) {
    try {
      take();
    } catch (error) {
      if (!(error instanceof RemoteError || error instanceof ForbiddenEvent)) throw error;
      this.refuse(error.message, now);
    }
  }

  // Close the link over something that the protocol does not allow. The next link starts anew, or the same would happen again.
  refuse(reason, now) {
    this.refused += 1;
    this.machines.mark("refused", { reason });
    this.link.refusal = this.link.outbox.broken = reason;
    this.#lose(reason, now);
  }

  // Transmit what waits in the outbox, in order, as fast as is allowed, once both sides have greeted. The samples come from `source`.
  transmit(source, now) {
    if (!this.linked) return;
    const { link } = this;
    for (let queued = link.nextAudio(now); queued !== null; queued = link.nextAudio(now)) {
      const piece = source.stretch(queued.transmitted, queued.end);
      if (piece.start > queued.transmitted) {
        link.sendGap(queued, piece.start, piece.why);
        continue;
      }
      const count = link.allowed(piece.end - piece.start, now);
      if (count === 0) return;
      link.sendAudio(queued, source.readSamples(queued.stream, piece.start, piece.start + count));
    }
  }

  // Give up a link that cannot go on; then all effects.
  endStep(now) {
    const { broken } = this.link.outbox;
    if (broken && this.linked && this.link.refusal === null) this.refuse(broken, now);
    if (this.#closing !== null) {
      this.effects.push(this.#closing);
      this.#closing = null;
      this.link.close();
    }
    return this.takeEffects();
  }

  // --- messages ---------------------------------------------------------------------------------------------------------------

  // Whether a machine takes this message now. An outdated one is counted.
  isForAMachine({ message, number }) {
    const { type, values } = message;
    const { numbered, correlation } = messages[type];
    if (!(type in wiring.receives) || (numbered && !this.linked)) return false;
    if (this.machines.isCurrent(correlation, values)) return true;
    this.outdated += 1;
    this.machines.mark("outdated_message", { type, number });
    return false;
  }

  // Whether a message is not sent: it is numbered, and nothing is kept for the server.
  drops(type) {
    return messages[type].numbered && this.gone;
  }

  // --- actions ----------------------------------------------------------------------------------------------------------------

  // Close in good order. What this step still sends leaves first, so the link is given up at the end of the step.
  flush_and_close() {
    const reason = `the ${wiring.node} needs this link no more`;
    this.#closing = { kind: "CloseSocket", generation: this.link.generation, code: GOING_AWAY, reason };
  }

  // Drop the socket. If it was refused, close it with the reason.
  abort_socket() {
    const { generation, refusal } = this.link;
    if (refusal !== null) this.effects.push({ kind: "CloseSocket", generation, code: POLICY_VIOLATION, reason: refusal });
    else if (this.link.expects(generation)) this.effects.push({ kind: "AbortSocket", generation });
    this.link.close();
  }

  // Nothing is kept from here on, nothing is resumed, and the next message has the number 1.
  drop_record() {
    this.link.outbox = new Outbox();
  }

  // As above. The server may number its replies anew as well, so nothing is said of an old one.
  new_record() {
    this.drop_record();
    this.downlink = null;
  }
}
