/**
 * What happens, live. The server is asked for it only while the page is seen.
 *
 * Messages of one frame are joined: views are told once a frame at most, so that many devices do not make the page jerk.
 */

import { messages } from "./api.js";

// Milliseconds without a message, after which the connection is dead though nobody has said so. The server says something every 5 s.
const SILENCE = 15_000;
// Milliseconds until a server that has refused, or ended the connection, is asked again.
const RETRY = 3_000;

export class Stream extends EventTarget {
  constructor() {
    super();
    /** Name -> what is known of the device. */
    this.devices = new Map();
    /** The servers that share a Redis; null: there is one server. */
    this.fleet = null;
    this.device = "";
    this.reading = null;
    this.waiting = null;
    this.silence = null;
    this.retry = null;
    document.addEventListener("visibilitychange", () => this.follow());
    this.follow();
  }

  /** From now on the steps of this device are told too; "": of none. */
  lookAt(device) {
    if (device !== this.device) {
      this.device = device;
      this.close();
      this.follow();
    }
  }

  get path() {
    return this.device ? `/events?device=${encodeURIComponent(this.device)}` : "/events";
  }

  /** Opens the stream, or closes it if nobody sees the page. */
  follow() {
    clearTimeout(this.retry);
    if (document.hidden) {
      this.close();
    } else if (this.reading === null) {
      this.reading = new AbortController();
      this.awaitNext();
      this.read(this.reading);
    }
  }

  /** Takes the messages of one stream. After its end another one is tried. */
  async read(reading) {
    let why = "";
    try {
      let first = true;
      for await (const told of messages(this.path, reading.signal)) {
        if (first) {
          this.dispatchEvent(new CustomEvent("open"));
        }
        first = false;
        this.awaitNext();
        this.take(told);
      }
    } catch (error) {
      why = error instanceof TypeError ? "" : error.message; // TypeError: it does not answer
    }
    if (this.reading === reading) {
      this.close();
      this.dispatchEvent(new CustomEvent("lost", { detail: why }));
      this.retry = setTimeout(() => this.follow(), RETRY);
    }
  }

  /** If no message comes in time, a new connection is tried. */
  awaitNext() {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => {
      this.dispatchEvent(new CustomEvent("lost"));
      this.close();
      this.follow();
    }, SILENCE);
  }

  close() {
    clearTimeout(this.silence);
    this.reading?.abort();
    this.reading = null;
  }

  take(told) {
    this.fleet = told.fleet ?? this.fleet;
    for (const device of told.devices ?? []) {
      this.devices.set(device.name, device);
    }
    if (told.names) {
      const there = new Set(told.names);
      for (const name of this.devices.keys()) {
        if (!there.has(name)) {
          this.devices.delete(name);
        }
      }
    }
    if (this.waiting === null) {
      this.waiting = { devices: new Set(), steps: [], turns: [], logs: [], levels: [], missing: 0 };
      requestAnimationFrame(() => this.tell());
    }
    for (const device of told.devices ?? []) {
      this.waiting.devices.add(device.name);
    }
    this.waiting.steps.push(...(told.steps ?? []));
    this.waiting.turns.push(...(told.turns ?? []));
    this.waiting.logs.push(...(told.logs ?? []));
    this.waiting.levels.push(...(told.levels ?? []));
    this.waiting.missing += told.missing ?? 0;
  }

  tell() {
    const detail = this.waiting;
    this.waiting = null;
    this.dispatchEvent(new CustomEvent("news", { detail }));
  }
}
