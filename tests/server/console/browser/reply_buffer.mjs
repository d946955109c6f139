// Plays by a script: JSON of calls in, what `pull` gave out.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const { ReplyBuffer } = await import(pathToFileURL(`${process.argv[2]}/device/reply_buffer.js`));
const { calls, delay } = JSON.parse(readFileSync(0, "utf8"));
const buffer = new ReplyBuffer();
buffer.delay = delay;
const given = (value) => (Array.isArray(value) ? Int16Array.from(value) : value);
const pulled = [];
for (const [verb, ...values] of calls) {
  const came = buffer[verb](...values.map(given));
  if (verb === "pull") pulled.push({ samples: Array.from(came.samples), heard: came.heard, underruns: buffer.underruns });
}
console.log(JSON.stringify(pulled));
