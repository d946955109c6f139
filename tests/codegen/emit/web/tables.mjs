// Prints the tables around a device's machines, as the modules in the folder have them.
import { pathToFileURL } from "node:url";

const load = (name) => import(pathToFileURL(`${process.argv[2]}/${name}`));
const { machines, wiring, outputs, limits } = await load("machines-device.js");
const { messages, PROTOCOL } = await load("messages.js");
const each = (table, change) => Object.fromEntries(Object.entries(table).map(([name, value]) => [name, change(value)]));

console.log(
  JSON.stringify({
    wiring,
    outputs: each(outputs, (one) => one.values),
    limits,
    timeouts: each(machines, (one) => each(one.timeouts, ({ event, after, step }) => [event, after, step ?? null])),
    protocol: PROTOCOL,
    messages,
  }),
);
