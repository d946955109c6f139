// Frames of the wire, to and from messages. A message is { type, values }, sound is { stream, at, samples, flags }.
import { messages } from "../messages.js";
import { RemoteError } from "./errors.js";

export const MAGIC = 0xa1;
// These samples were captured before the wake word was certain.
export const FLAG_PREROLL = 2;
const HEADER = 12;
// Samples in one frame of sound at most: a second.
export const MAX_CHUNK = 16_000;
const NAME = /^[A-Za-z0-9_-]{1,64}$/;
const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

// One text frame. `number`: null for a message outside the order.
export function encode(message, number, applied) {
  const envelope = number === null ? { type: message.type } : { type: message.type, seq: number };
  return JSON.stringify({ ...envelope, ack: applied, ...fitted(message) });
}

// The fields of a message in their order, each text cut to what its field may hold.
function fitted({ type, values }) {
  const { fields, largest } = messages[type];
  const found = {};
  for (const name of Object.keys(fields)) {
    const value = values[name];
    if (value === undefined) throw new TypeError(`${type}.${name} is missing`);
    const letters = fields[name] === "str" && name in largest ? [...value] : [];
    found[name] = letters.length > largest[name] ? `${letters.slice(0, largest[name] - 3).join("")}...` : value;
  }
  return found;
}

// Header, then the samples.
export function encodeAudio({ stream, at, samples, flags }) {
  const frame = new ArrayBuffer(HEADER + 2 * samples.length);
  const view = new DataView(frame);
  view.setUint8(0, MAGIC);
  view.setUint8(1, flags);
  view.setUint16(2, stream);
  view.setBigUint64(4, BigInt(at));
  if (littleEndian) new Int16Array(frame, HEADER).set(samples);
  else samples.forEach((sample, index) => view.setInt16(HEADER + 2 * index, sample, true));
  return frame;
}

// A frame of the server: { message, number, applied } or { audio }. Throws RemoteError, which names what is wrong and what is allowed.
export function decode(frame) {
  return typeof frame === "string" ? decodeText(frame) : { audio: decodeAudio(frame) };
}

function decodeText(text) {
  const data = parse(text);
  const kind = Object.hasOwn(messages, data.type) ? messages[data.type] : undefined;
  if (kind === undefined || kind.sender === "device") {
    const allowed = Object.keys(messages).filter((name) => messages[name].sender !== "device");
    throw new RemoteError(`a server may not send type ${shown(data.type)}; allowed: ${allowed.join(", ")}`);
  }
  const values = {};
  for (const [name, wanted] of Object.entries(kind.fields)) {
    const value = data[name] === undefined && kind.optional.includes(name) ? "" : data[name];
    values[name] = checked(`${data.type}.${name}`, wanted, value, kind.largest[name]);
  }
  const number = kind.numbered ? checked(`${data.type}.seq`, "counter", data.seq) : null;
  return { message: { type: data.type, values }, number, applied: checked(`${data.type}.ack`, "int", data.ack === undefined ? 0 : data.ack) };
}

function parse(text) {
  let data;
  try {
    data = JSON.parse(text);
  } catch {
    throw new RemoteError(`a text frame is not JSON: ${text.slice(0, 40)}`);
  }
  if (!isObject(data)) throw new RemoteError("a text frame must be a JSON object with a type");
  return data;
}

function decodeAudio(frame) {
  const view = new DataView(frame);
  if (frame.byteLength < HEADER || view.getUint8(0) !== MAGIC) {
    throw new RemoteError(`a binary frame must begin with 0xA1 and 12 bytes of header; this one has ${frame.byteLength} bytes`);
  }
  if (frame.byteLength % 2) throw new RemoteError("a binary frame holds half a sample; PCM16 has 2 bytes each");
  const at = Number(view.getBigUint64(4));
  if (!Number.isSafeInteger(at)) throw new RemoteError(`the offset ${at} is beyond 2^53`);
  const samples = new Int16Array((frame.byteLength - HEADER) / 2);
  if (littleEndian) samples.set(new Int16Array(frame, HEADER));
  else samples.forEach((_, index) => (samples[index] = view.getInt16(HEADER + 2 * index, true)));
  return { stream: view.getUint16(2), at, samples, flags: view.getUint8(1) };
}

// --- fields -------------------------------------------------------------------------------------------------------------------

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
// Beyond 2^53 numbers are not exact here.
const isInt = (value) => Number.isSafeInteger(value) && value >= 0;
const isText = (value) => typeof value === "string" && value.isWellFormed();
const FITS = {
  int: isInt,
  counter: (value) => isInt(value) && value > 0,
  float: Number.isFinite,
  str: isText,
  id: (value) => typeof value === "string" && NAME.test(value),
  bool: (value) => typeof value === "boolean",
  marks: (value) => isObject(value) && Object.values(value).every(isInt),
  object: isObject,
};
const ALLOWED = {
  int: "a whole number from 0 to 2^53 - 1",
  counter: "a whole number from 1 to 2^53 - 1",
  float: "a number",
  str: "a text of whole characters",
  id: "1 to 64 letters, digits, - or _",
  bool: "true or false",
  marks: "an object of whole numbers from 0 to 2^53 - 1",
  object: "an object",
};

// The value if it has the type, and at most the size, that messages.yaml gives the field. Throws RemoteError.
export function checked(field, wanted, value, largest) {
  if (!FITS[wanted](value)) throw new RemoteError(`${field} must be ${ALLOWED[wanted]}, not ${shown(value)}`);
  if (largest === undefined) return value;
  const [size, what] = wanted === "str" ? [[...value].length, "characters"] : [Object.keys(value).length, "entries"];
  if (size > largest) throw new RemoteError(`${field} has ${size} ${what}; at most ${largest} are allowed`);
  return value;
}

function shown(value) {
  return isObject(value) || Array.isArray(value) ? "an object" : `'${String(value).slice(0, 40)}'`;
}
