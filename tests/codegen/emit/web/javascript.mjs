// Walks machines by their generated modules. Arguments: the folder, then the node. Gets JSON: walks, each with a machine, where it begins
// (nothing: a new one) and its events. Prints for each walk what came of every event.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [folder, node] = process.argv.slice(2);
const load = (name) => import(pathToFileURL(`${folder}/${name}`));
const { machines } = await load(`machines-${node}.js`);
const { Machine, ForbiddenEvent } = await load("interpreter.js");

function stepped(machine, [name, payload]) {
  try {
    const { event, ...came } = machine.step({ name, payload });
    return { ...came, context: { ...machine.context }, state: machine.state };
  } catch (error) {
    if (!(error instanceof ForbiddenEvent)) throw error;
    return { outcome: "forbidden", text: error.message, context: { ...machine.context }, state: machine.state };
  }
}

function walked({ machine, state, context, events }) {
  const walker = new Machine(machine, machines[machine], context ?? undefined, state ?? undefined);
  return { begins: { state: walker.state, context: { ...walker.context } }, steps: events.map((event) => stepped(walker, event)) };
}

console.log(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(walked)));
