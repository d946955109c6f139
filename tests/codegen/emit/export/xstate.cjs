// Runs a machine from its two exported files. Gets JSON: `actions`, the names to provide, and one of
//   `moves`: each from its own state and context, by XState's pure functions; what it arms is told too
//   `walk`: one actor from `context`, each step an event or a `wait` on a clock that only these move
// Prints, for each, what came of it.
const { readFileSync } = require("node:fs");
const { pathToFileURL } = require("node:url");
const xstate = require("xstate");

const event = (move) => ({ type: move.event, ...move.payload });
const emitted = ({ type, ...values }) => [type, values];

function outcome(machine, snapshot, move) {
  const [chosen] = machine.getTransitionData(snapshot, event(move));
  return chosen === undefined ? "forbidden" : chosen.description?.startsWith("ignored: ") ? "ignored" : "taken";
}

function moved(machine, move) {
  const snapshot = machine.resolveState({ value: move.state, context: move.context });
  const [next, effects] = xstate.transition(machine, snapshot, event(move));
  const of = (type) => effects.filter((one) => one.type === type).map((one) => one.params);
  return {
    outcome: outcome(machine, snapshot, move),
    target: next.value,
    after: next.context,
    actions: effects.map((one) => one.type).filter((type) => !type.startsWith("xstate.")),
    emits: of("xstate.emit").map((params) => emitted(params.event)),
    armed: Object.fromEntries(of("xstate.raise").filter((one) => one.delay !== undefined).map((one) => [one.id, one.delay])),
    cancelled: of("xstate.cancel").map((one) => one.sendId),
  };
}

function walked(machine, actions, walk) {
  const done = { actions: [], emits: [] };
  const record = Object.fromEntries(actions.map((name) => [name, () => done.actions.push(name)]));
  const clock = new xstate.SimulatedClock();
  const actor = xstate.createActor(machine.provide({ actions: record }), { clock });
  actor.on("*", (one) => done.emits.push(emitted(one)));
  actor.start();
  return walk.map((move) => {
    Object.assign(done, { actions: [], emits: [] });
    const came = move.wait === undefined ? outcome(machine, actor.getSnapshot(), move) : "waited";
    if (move.wait === undefined) actor.send(event(move));
    else clock.increment(move.wait);
    return { outcome: came, target: actor.getSnapshot().value, after: actor.getSnapshot().context, ...done };
  });
}

async function main() {
  const [configuration, implementations] = process.argv.slice(2);
  const given = JSON.parse(readFileSync(0, "utf8"));
  const config = JSON.parse(readFileSync(configuration, "utf8"));
  const module = await import(pathToFileURL(implementations));
  const context = given.context ?? config.context;
  const machine = xstate.createMachine({ ...config, context }, module.implementations(xstate));
  const results = given.moves ? given.moves.map((move) => moved(machine, move)) : walked(machine, given.actions, given.walk);
  console.log(JSON.stringify(results));
}

main();
