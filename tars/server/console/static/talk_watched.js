// What the page tells the server while somebody looks at the device in the console: the steps of its machines, and how loud it is.
// It mirrors tars/device/watched.py.

// Seconds that one request counts, at most.
const LONGEST = 60;
// Steps in a second. More are left out: the next one says in which state the machine is.
const MOST_STEPS = 20;
// Seconds between two levels.
const INTERVAL = 1;
// The level of no sound at all, in dB: that of less than one step of 16 bit.
const SILENCE = -96;

export class Watched {
  #tell;
  #generation = 0;
  #until = 0;
  #second = 0;
  #steps = 0;
  #loudest = 0;
  #levelDue = 0;

  // `tell`: called with the generation of the link and a message.
  constructor(tell) {
    this.#tell = tell;
  }

  // The server wants to be told for so many seconds, on this link. It learns the states at once.
  begin({ generation, seconds }, machines, now) {
    this.#generation = generation;
    this.#until = now + Math.min(seconds, LONGEST);
    if (!seconds) return;
    for (const machine of machines.names) {
      const state = machines.state(machine);
      this.#say("machine_step", { machine, event: "", source: state, target: state, outcome: "", row: "" });
    }
  }

  // A step of a machine.
  observe({ machine, event, source, target, outcome, row }, now) {
    if (now >= this.#until || machine === null) return;
    if (now - this.#second >= 1) {
      this.#second = now;
      this.#steps = 0;
    }
    this.#steps += 1;
    if (this.#steps > MOST_STEPS) return;
    const values = { machine, event, source: source ?? "", target: target ?? "", outcome: outcome ?? "", row: row ?? "" };
    this.#say("machine_step", values);
  }

  // One block of the microphone.
  hear(samples, now) {
    if (now >= this.#until) return;
    for (const sample of samples) this.#loudest = Math.max(this.#loudest, Math.abs(sample));
    if (now < this.#levelDue) return;
    const level = this.#loudest ? Math.round(200 * Math.log10(this.#loudest / 32768)) / 10 : SILENCE;
    this.#levelDue = now + INTERVAL;
    this.#loudest = 0;
    this.#say("sound_level", { level, model: "", score: 0, threshold: 0 });
  }

  #say(type, values) {
    this.#tell(this.#generation, { type, values });
  }
}
