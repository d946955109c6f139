// The step engine: a machine is a state and a context, and takes one event by its table.
//
// An event is { name, payload }. `step` says what happened: which row, which actions, which emits, in order. It performs nothing itself.

// A machine got an event that its definition forbids in that state. Nothing has changed.
export class ForbiddenEvent extends Error {
  constructor(machine, state, event, allowed) {
    super(`${machine}: event ${event} is forbidden in ${state}; allowed there: ${allowed.join(", ") || "nothing"}`);
  }
}

export class Machine {
  // `table`: an entry of `machines`. `context`: what differs from its initial values. `state`: where the machine is; no row is run for it.
  constructor(name, table, context = {}, state = table.initial) {
    if (!Object.hasOwn(table.rows, state)) throw new RangeError(`${name} has no state ${state}`);
    this.name = name;
    this.table = table;
    this.context = { ...table.context, ...context };
    this.state = state;
  }

  // Take one event. Throws ForbiddenEvent when no row and no reason covers it.
  step(event) {
    const { rows, ignored } = this.table;
    const source = this.state;
    for (const row of own(rows[source], event.name) ?? []) {
      if (row.guard === undefined || row.guard(this.context, event.payload)) {
        row.assign?.(this.context, event.payload);
        const emits = row.emits?.(this.context, event.payload) ?? [];
        const entered = row.target !== undefined;
        if (entered) this.state = row.target;
        return { event, source, target: this.state, outcome: "taken", row: row.at, actions: row.actions ?? [], emits, entered };
      }
    }
    const reason = own(ignored[source] ?? {}, event.name);
    if (reason !== undefined) {
      return { event, source, target: source, outcome: "ignored", row: reason, actions: [], emits: [], entered: false };
    }
    const allowed = [...Object.keys(rows[source]), ...Object.keys(ignored[source] ?? {})];
    throw new ForbiddenEvent(`${this.name} (${this.table.role})`, source, event.name, allowed);
  }
}

// An event of that name, its payload filled from the values by the names in the machine's table.
export function convert(table, name, values) {
  return { name, payload: Object.fromEntries(table.events[name].map((field) => [field, values[field]])) };
}

function own(object, name) {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}
