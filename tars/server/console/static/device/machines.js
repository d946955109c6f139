// The machines of the device: one queue, their limits, and what is current. It models the delivery of events and nothing else.
import { Machine, convert } from "../interpreter.js";
import { machines as tables, outputs, wiring } from "../machines-device.js";

// A step of the backoff ladder lasts up to this share longer, so that a thousand devices do not return together.
const JITTER = 0.25;

export class MachineSet {
  #machines;
  #performer;
  #effects;
  #random;
  // machine -> when the limit of its state passes.
  #due = new Map();
  #queue = [];
  #message = null;

  // `contexts`: the configuration, by machine. `performer`: has a method for each action, and `send`. `effects`: where trace lines are
  // appended. `random`: 0 to 1, for the jitter.
  constructor(device, limits, contexts, performer, effects, random) {
    this.device = device;
    this.limits = limits;
    this.#machines = new Map(Object.entries(tables).map(([name, table]) => [name, new Machine(name, table, contexts[name])]));
    this.#performer = performer;
    this.#effects = effects;
    this.#random = random;
  }

  get names() {
    return [...this.#machines.keys()];
  }

  state(machine) {
    return this.#machines.get(machine).state;
  }

  context(machine) {
    return this.#machines.get(machine).context;
  }

  // The value of an output in the states that the machines are in.
  output(name) {
    const table = outputs[name];
    return table.values[table.machines.map((machine) => this.state(machine)).join(" ")];
  }

  // --- delivery ---------------------------------------------------------------------------------------------------------------

  // An event from outside: to every machine it is wired to, then what these cause. One that comes too late is dropped as outdated.
  post(event, now) {
    const entry = wiring.external[event.name];
    if (!this.#isTimely(entry) || !this.isCurrent(entry.correlation, event.payload)) {
      this.#trace(null, { event, outcome: "outdated" });
      return;
    }
    for (const target of entry.targets) this.#enqueue(target, event.payload);
    this.#drain(now);
  }

  // A message that is current, to the machine that takes it. Throws ForbiddenEvent when it may not be sent now.
  deliver(message, values, now, number) {
    const [machine, event] = wiring.receives[message];
    this.#message = number;
    try {
      this.#step(machine, convert(tables[machine], event, values), now);
      this.#drain(now);
    } finally {
      this.#message = null;
    }
  }

  #isTimely(entry) {
    return Object.entries(entry.when).every(([machine, states]) => states.includes(this.state(machine)));
  }

  // Whether the named fields equal the device's own, in the states where it has any.
  isCurrent(names, values) {
    return names.every((name) => {
      const { machine, variable, states } = wiring.correlation[name];
      return states.includes(this.state(machine)) && this.context(machine)[variable] === values[name];
    });
  }

  #enqueue([machine, event], values) {
    this.#queue.push([machine, convert(tables[machine], event, values)]);
  }

  #drain(now) {
    while (this.#queue.length) this.#step(...this.#queue.shift(), now);
  }

  #step(name, event, now) {
    const machine = this.#machines.get(name);
    let step;
    try {
      step = machine.step(event);
    } catch (error) {
      this.#queue.length = 0;
      this.#trace(name, { event, source: machine.state, target: machine.state, outcome: "forbidden" });
      throw error;
    }
    if (step.entered) this.#arm(name, now);
    this.#trace(name, step);
    for (const action of step.actions) this.#performer[action](event);
    for (const emitted of step.emits) this.#route(name, emitted, now);
  }

  #route(machine, emitted, now) {
    const key = `${machine}.${emitted.name}`;
    if (key in wiring.sends) this.#performer.send(wiring.sends[key], emitted.payload, now);
    for (const target of wiring.routes[key] ?? []) this.#enqueue(target, emitted.payload);
  }

  // --- limits -----------------------------------------------------------------------------------------------------------------

  // When the next limit passes; null: none runs.
  get nextLimit() {
    return this.#due.size ? Math.min(...this.#due.values()) : null;
  }

  // Deliver the event of every limit that has passed, the earliest first. A limit ends with its state, so none is outdated.
  passLimits(now) {
    for (let due = this.nextLimit; due !== null && due <= now; due = this.nextLimit) {
      const [name] = [...this.#due].filter(([, at]) => at === due).map(([machine]) => machine).sort();
      this.#due.delete(name);
      this.#step(name, { name: tables[name].timeouts[this.state(name)].event, payload: {} }, now);
      this.#drain(now);
    }
  }

  // The limit of the machine's state runs from now on.
  #arm(name, now) {
    this.#due.delete(name);
    const limit = tables[name].timeouts[this.state(name)];
    if (limit === undefined) return;
    const delay = this.limits[limit.after];
    const seconds = limit.step === undefined ? delay : delay[this.context(name)[limit.step]] * (1 + JITTER * this.#random());
    this.#due.set(name, now + seconds);
  }

  // --- trace ------------------------------------------------------------------------------------------------------------------

  // Trace something that no machine takes, such as the first sample of a reply.
  mark(name, payload = {}) {
    this.#trace(null, { event: { name, payload }, outcome: null });
  }

  // The first line of the trace: the states and contexts of the machines, and their limits.
  markBeginning() {
    const machines = {};
    for (const [name, { state, context }] of this.#machines) machines[name] = { state, context: { ...context } };
    this.mark("begins", { machines, limits: this.limits });
  }

  #trace(machine, step) {
    this.#effects.push({
      kind: "Traced",
      node: wiring.node,
      device: this.device,
      machine,
      event: step.event.name,
      payload: step.event.payload,
      source: step.source ?? null,
      target: step.target ?? null,
      context: machine === null ? {} : { ...this.context(machine) },
      outcome: step.outcome,
      row: step.row ?? null,
      effects: [...(step.actions ?? []), ...(step.emits ?? []).map((emitted) => `emit ${emitted.name}`)],
      session: this.context("session").session || null,
      message: this.#message,
    });
  }
}
