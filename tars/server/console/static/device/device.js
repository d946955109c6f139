// A device, pure: its machines, its link, what was captured and what was heard. It mirrors tars/core/device.py.
//
// Each verb takes the time in seconds and returns effects, which device_runner.js carries out. `outgoing()` has the frames to send.
import { limits as usualLimits } from "../machines-device.js";
import { PROTOCOL } from "../messages.js";
import { CaptureRing, PREROLL } from "./capture_ring.js";
import { checked } from "./codec.js";
import { InboundReply, Uplink } from "./device_streams.js";
import { Endpoint } from "./endpoint.js";
import { RemoteError } from "./errors.js";
import { RATE } from "./samples.js";
import { signalToNoise } from "./signal_to_noise.js";

// Samples before noticed speech that belong to it: words begin softly.
const LEAD = RATE / 2;
// The `model` of a session that was opened by the button.
const BUTTON = "button";
const NOTHING_OFFERED = { sid: "", token: "" };

export class DeviceEndpoint extends Endpoint {
  ring = new CaptureRing();
  uplink = new Uplink(this.ring);
  downlink = null;
  // Where a captured block goes, as it was at the end of the last step.
  microphone = "CLOSED";
  resumes = 0;
  // Whether the server decides what speech over a reply means, as its last welcome says.
  takesInterruptions = false;
  // From the last welcome: what to show to have the session resumed.
  #resumeToken = NOTHING_OFFERED;
  #epoch = "";
  #boot;
  #grace;
  #utteranceStart = 0;
  #wake = 0;
  #wakeModel = "";
  #wakeScore = 0;
  #wakeSnr = "";

  // `boot`: unlike at any other start. `gaps`: speech that an outage outlasts is declared lost, instead of ending the session.
  constructor(device, { boot, limits = usualLimits, persistent = true, maxAttempts = 0, gaps = false, random = Math.random }) {
    super(device, limits, { connection: { persistent, max_attempts: maxAttempts }, session: { gaps } }, random);
    this.#boot = boot;
    this.#grace = limits.device_grace;
  }

  get #session() {
    return this.machines.context("session").session;
  }

  // --- verbs ------------------------------------------------------------------------------------------------------------------

  // One microphone block: kept in the ring, and sent while the microphone goes to the server.
  captured(samples, now) {
    this.ring.append(samples);
    const oldest = this.link.outbox.oldestSample;
    const overflown = oldest !== null && this.ring.outlasted(oldest);
    if (overflown && !this.uplink.overflown) this.machines.post({ name: "overflow", payload: {} }, now);
    this.uplink.overflown = overflown;
    return this.finishStep(now);
  }

  // The microphone was away for so many samples. Those of an utterance are declared lost.
  missed(count, now) {
    this.ring.skip(count);
    return this.finishStep(now);
  }

  // So many samples of that reply have left the speaker.
  heard(stream, samples, now) {
    if (this.downlink?.stream === stream) {
      this.downlink.noteHeard(samples);
      this.link.oweAck(now);
      this.#finishReply(now);
    }
    return this.finishStep(now);
  }

  // Somebody speaks, from capture offset `at`. Nothing happens if no reply is played, or if the server does not decide.
  speechNoticed(at, now) {
    if (this.takesInterruptions) this.machines.post({ name: "speech_noticed", payload: { session: this.#session, at } }, now);
    return this.finishStep(now);
  }

  // The socket is up, and speaks our subprotocol.
  socketOpened(generation, now) {
    if (this.link.expects(generation)) this.link.open(generation, now);
    return this.handle({ name: "socket_opened", payload: { generation } }, now);
  }

  // Something happened outside.
  handle(event, now) {
    this.post(event, now);
    return this.finishStep(now);
  }

  // A frame came in on the socket of that generation.
  receive(generation, frame, now) {
    if (this.link.expects(generation)) {
      this.guarded(() => {
        const incoming = this.link.receive(frame, now);
        if (incoming?.audio) this.#takeAudio(incoming.audio);
        else if (incoming) this.#takeMessage(incoming, now);
      }, now);
    }
    return this.finishStep(now);
  }

  // The socket of that generation was closed over a frame that is none.
  broken(generation, reason, now) {
    if (this.link.expects(generation)) this.refuse(reason, now);
    return this.finishStep(now);
  }

  // A limit of a machine or of the link may have passed.
  tick(now) {
    this.passLimits(now);
    if (this.linked && this.link.ackIsDue(now)) this.link.sendAck(this.#progress());
    return this.finishStep(now);
  }

  // Send what the new states require, then return all effects.
  finishStep(now) {
    this.#queueAudio();
    this.transmit(this.uplink, now);
    this.link.watch(now, this.inSession);
    return this.endStep(now);
  }

  // --- sound ------------------------------------------------------------------------------------------------------------------

  // Queue new samples for the server while the microphone goes there. Rearm the wake word when the microphone returns to it.
  #queueAudio() {
    const before = this.microphone;
    this.microphone = this.machines.output("microphone");
    if (this.microphone === "WAKE_WORD" && before !== "WAKE_WORD" && before !== "BOTH") this.effects.push({ kind: "RearmWakeWord" });
    if (this.microphone !== "SERVER" && this.microphone !== "BOTH") this.link.outbox.dropAudio();
    else if (!this.gone && this.uplink.end < this.ring.end) {
      this.link.outbox.addAudio(this.uplink.stream, this.uplink.end, this.ring.end);
      this.uplink.end = this.ring.end;
    }
  }

  // A piece of the reply. A piece of an older reply is dropped.
  #takeAudio(audio) {
    const reply = this.downlink;
    if (reply === null || audio.stream !== reply.stream) return;
    if (reply.received === reply.start && audio.samples.length) this.machines.mark("first_reply_sample", { stream: audio.stream });
    const fresh = reply.take(audio);
    if (reply.length !== null && reply.received > reply.length) {
      throw new RemoteError(`stream ${audio.stream} has ${reply.received} samples, but ended at ${reply.length}`);
    }
    const state = this.machines.output("reply");
    if (fresh.length && (state === "OPEN" || state === "PAUSED")) this.effects.push({ kind: "Play", stream: audio.stream, samples: fresh });
  }

  // A reply is finished when every sample of it was heard.
  #finishReply(now) {
    if (this.downlink?.heardToItsEnd && this.machines.output("reply") === "COMPLETE") {
      const payload = { session: this.#session, turn: this.machines.context("turn").turn };
      this.machines.post({ name: "drained", payload }, now);
    }
  }

  // How many samples of the reply were received and heard.
  #progress() {
    const reply = this.downlink;
    if (reply === null) return { received: {}, committed: {}, heard: {} };
    return { received: { [reply.stream]: reply.received }, committed: {}, heard: { [reply.stream]: reply.heard } };
  }

  // --- messages that come in --------------------------------------------------------------------------------------------------

  #takeMessage(control, now) {
    const { type, values } = control.message;
    if (type === "ack") this.uplink.takeProgress(values.received, values.committed, this.machines.output("unanswered"));
    if (type === "watch") this.effects.push({ kind: "BeWatched", generation: this.link.generation, seconds: values.seconds });
    if (this.isForAMachine(control)) this.machines.deliver(type, { ...values, ...this.#note(control) }, now, control.number);
    // A reply may have been heard to its end before the message that says where its end is.
    this.#finishReply(now);
  }

  // Keep what no machine keeps of a message. Returns the facts that its machine needs besides.
  #note({ message: { type, values }, applied }) {
    if (type === "welcome") return this.#noteWelcome(values, applied);
    if (type === "start_of_tts_stream") {
      if (values.rate !== RATE) throw new RemoteError(`start_of_tts_stream.rate is ${values.rate}; this device plays ${RATE}`);
      this.downlink = new InboundReply(values.stream, values.at);
    } else if (type === "tts_stream_end" && this.downlink !== null) {
      this.downlink.length = values.samples;
    }
    return {};
  }

  #noteWelcome(welcome, applied) {
    if (welcome.proto !== PROTOCOL) throw new RemoteError(`welcome.proto is ${welcome.proto}; this device speaks ${PROTOCOL}`);
    const offered = this.#offered();
    if (welcome.resumed && (!offered.sid || welcome.sid !== offered.sid || welcome.epoch !== this.#epoch)) {
      throw new RemoteError("welcome.resumed is true, but this device has not offered that session");
    }
    const { grace_s: kept = 0 } = welcome.limits;
    const grace = Math.max(0, checked("welcome.limits.grace_s", "float", kept));
    this.machines.limits = { ...this.machines.limits, device_grace: Math.min(this.#grace, grace) };
    this.#resumeToken = { sid: welcome.sid, token: welcome.token };
    this.#epoch = welcome.epoch;
    this.takesInterruptions = welcome.state.interruptions === true;
    const unanswered = this.machines.output("unanswered");
    if (welcome.resumed) {
      this.link.outbox.acknowledge(applied);
      this.link.outbox.acknowledgeAudio(welcome.received);
      this.uplink.takeProgress(welcome.received, welcome.committed, unanswered);
    }
    return { utterance: unanswered && this.uplink.survives(this.machines.context("session").gaps) };
  }

  // What this device can show. Of an outbox that is gone or broken: nothing.
  #offered() {
    return this.interrupted && !this.link.outbox.broken ? this.#resumeToken : NOTHING_OFFERED;
  }

  // --- messages that go out ---------------------------------------------------------------------------------------------------

  // Send what a row emits. What it gives goes before what is filled in here.
  send(type, emitted, now) {
    if (this.drops(type)) return;
    this.link.send({ type, values: { ...this.#fields(type), ...emitted } });
    // At once: the same row may drop the outbox.
    this.transmit(this.uplink, now);
  }

  // The fields of a message that no row fills in.
  #fields(type) {
    const session = { session: this.#session };
    if (type === "hello") return this.#hello();
    if (type === "hotword_detected") {
      return { ...session, ...this.#utterance(), model: this.#wakeModel, score: this.#wakeScore, snr: this.#wakeSnr };
    }
    if (type === "barge_in" || type === "playback_complete" || type === "interruption") {
      const reply = { stream: this.downlink?.stream ?? 0, heard: this.downlink?.heard ?? 0 };
      return { ...session, ...this.#utterance(), ...reply, ...(type === "barge_in" ? { model: this.#wakeModel } : {}) };
    }
    return session;
  }

  #utterance() {
    const { stream, start, prerollEnd } = this.uplink;
    return { uplink: stream, at: start, preroll: prerollEnd - start };
  }

  #hello() {
    const { received, heard } = this.#progress();
    const offered = this.#offered();
    // What it was told that the server has. A server whose record has less does not resume from it.
    const told = { acknowledged: this.link.outbox.acknowledged, released: this.uplink.acknowledged };
    return {
      proto: PROTOCOL,
      device: this.machines.device,
      boot: this.#boot,
      resume: offered !== NOTHING_OFFERED && Boolean(offered.sid),
      ...offered,
      epoch: offered.sid ? this.#epoch : "",
      sent: this.link.outbox.sent,
      received,
      heard,
      state: { session: this.machines.state("session"), id: this.#session, announcements: true, watch: true, ...told },
    };
  }

  // --- actions: link ----------------------------------------------------------------------------------------------------------

  open_socket() {
    this.effects.push({ kind: "OpenSocket", generation: this.link.dial() });
  }

  give_up() {
    this.effects.push({ kind: "GiveUp", reason: `${this.machines.context("connection").failures} attempts in a row have failed` });
  }

  // After a resume: send everything that the server has not got.
  send_unacknowledged_again() {
    this.link.outbox.rewind();
    this.resumes += 1;
  }

  // --- actions: sound ---------------------------------------------------------------------------------------------------------

  // Note where the utterance begins: two seconds before the wake word, at the button, at speech, or where the reply has ended.
  begin_utterance({ name, payload }) {
    if (name === "hotword") {
      this.#noteWake(payload.at, payload.model, payload.score, signalToNoise(this.ring.before(payload.at, PREROLL)));
      this.#utteranceStart = payload.at - PREROLL;
    } else if (name === "button") {
      this.#noteWake(payload.at, BUTTON, 1, "");
      this.#utteranceStart = payload.at;
    } else if (name === "speech_noticed") {
      this.#wake = this.#utteranceStart = payload.at - LEAD;
    } else {
      // The reply was heard. What was said while nothing played belongs to the user's turn; what was said over the reply does not, and
      // nothing does before the first utterance of a session in which the server spoke first.
      const played = this.downlink !== null && this.downlink.heard > 0;
      const spoke = this.uplink.session === this.#session;
      this.#wake = this.#utteranceStart = spoke && !played ? this.uplink.end : this.ring.end;
    }
  }

  #noteWake(at, model, score, snr) {
    this.#wake = at;
    this.#wakeModel = model;
    this.#wakeScore = score;
    this.#wakeSnr = snr;
  }

  // Open a stream for the utterance that begins. While nothing is kept for the server, the announcement opens it later.
  open_uplink() {
    if (this.gone) return;
    this.link.outbox.dropAudio();
    this.uplink.open(this.#session, this.#utteranceStart, this.#wake);
  }

  // Open a new stream for the utterance that is announced now: again from the committed offset, or for the first time.
  reopen_uplink() {
    if (this.uplink.session === this.#session) this.uplink.reopen(this.#wake);
    else this.open_uplink();
  }

  // What was said over the reply is the utterance of no turn.
  withdraw_utterance() {
    this.uplink.withdraw();
  }

  chime() {
    this.effects.push({ kind: "Cue", sound: "chime" });
  }

  play_error() {
    this.effects.push({ kind: "Cue", sound: "error" });
  }

  play_alarm() {
    this.effects.push({ kind: "Cue", sound: "alarm" });
  }

  open_speaker() {
    if (this.downlink !== null) this.effects.push({ kind: "OpenSpeaker", stream: this.downlink.stream, rate: RATE });
  }

  pause_speaker() {
    this.effects.push({ kind: "PauseSpeaker" });
  }

  resume_speaker() {
    this.effects.push({ kind: "ResumeSpeaker" });
  }

  stop_speaker() {
    this.effects.push({ kind: "StopSpeaker" });
  }

  finish_speaker() {
    this.effects.push({ kind: "FinishSpeaker" });
  }
}
