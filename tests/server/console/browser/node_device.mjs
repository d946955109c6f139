// The browser's device in node, led by a test: a line of JSON in for each call, a line out with its effects, its frames and where it is.
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const { DeviceEndpoint } = await import(pathToFileURL(`${process.argv[2]}/device/device.js`));
const devices = new Map();

const fromBytes = (text) => new Int16Array(Uint8Array.from(Buffer.from(text, "base64")).buffer);
const toBytes = (array) => Buffer.from(array.buffer ?? array, array.byteOffset ?? 0, array.byteLength).toString("base64");
const frameOf = ({ text, bytes }) => text ?? Uint8Array.from(Buffer.from(bytes, "base64")).buffer;
const shownFrame = (frame) => (typeof frame === "string" ? { text: frame } : { bytes: toBytes(frame) });

const calls = {
  begin: (device) => device.begin(),
  handle: (device, { event, now }) => device.handle(event, now),
  captured: (device, { pcm, now }) => device.captured(fromBytes(pcm), now),
  missed: (device, { samples, now }) => device.missed(samples, now),
  heard: (device, { stream, samples, now }) => device.heard(stream, samples, now),
  speech_noticed: (device, { at, now }) => device.speechNoticed(at, now),
  socket_opened: (device, { generation, now }) => device.socketOpened(generation, now),
  receive: (device, { generation, frame, now }) => device.receive(generation, frameOf(frame), now),
  broken: (device, { generation, reason, now }) => device.broken(generation, reason, now),
  tick: (device, { now }) => device.tick(now),
};

function view(device) {
  const { link, uplink, downlink, machines } = device;
  const names = ["connection", "continuity", "session", "turn"];
  return {
    machines: Object.fromEntries(names.map((name) => [name, { state: machines.state(name), context: machines.context(name) }])),
    deadline: device.deadline,
    microphone: device.microphone,
    ring: { start: device.ring.start, end: device.ring.end },
    link: { open: link.isOpen, generation: link.generation, duplicates: link.duplicates, ack_due: link.ackDue },
    outbox: { ...link.outbox, oldest_sample: link.outbox.oldestSample },
    uplink: { ...uplink, preroll_end: uplink.prerollEnd },
    downlink: downlink && { ...downlink },
    outdated: device.outdated,
    refused: device.refused,
    resumes: device.resumes,
  };
}

function answer({ verb, id, ...given }) {
  if (verb === "new") {
    const { random, ...settings } = given.settings;
    devices.set(id, new DeviceEndpoint(given.device, { ...settings, random: () => random }));
  }
  const device = devices.get(id);
  const effects = verb === "new" ? [] : calls[verb](device, given);
  return {
    effects: effects.map((effect) => (effect.samples === undefined ? effect : { ...effect, samples: toBytes(effect.samples) })),
    frames: device.outgoing().map(({ generation, frame }) => [generation, shownFrame(frame)]),
    view: view(device),
  };
}

for await (const line of createInterface({ input: process.stdin })) {
  let said;
  try {
    said = answer(JSON.parse(line));
  } catch (error) {
    said = { error: error.message, name: error.constructor.name, stack: error.stack };
  }
  process.stdout.write(`${JSON.stringify(said)}\n`);
}
