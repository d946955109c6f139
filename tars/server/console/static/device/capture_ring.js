// What the microphone captured, addressed by sample offset.
import { RATE } from "./samples.js";

const RING_SECONDS = 40;
// Samples before the wake word that belong to the utterance.
export const PREROLL = 2 * RATE;

// The last 40 s, allocated once. Offsets count samples since the page began. While there was no microphone there is a hole: its samples have
// offsets, so that offsets still measure time, but no content.
export class CaptureRing {
  end = 0;
  #samples = new Int16Array(RING_SECONDS * RATE);
  #holes = [];

  // The oldest offset that is still here.
  get start() {
    return Math.max(0, this.end - this.#samples.length);
  }

  // The next samples, after `end`.
  append(samples) {
    const size = this.#samples.length;
    const at = this.end % size;
    const first = samples.subarray(0, size - at);
    this.#samples.set(first, at);
    this.#samples.set(samples.subarray(first.length), 0);
    this.end += samples.length;
  }

  // So many samples after `end` were not captured. Holes in a row are one.
  skip(count) {
    const last = this.#holes.at(-1);
    const begins = last?.[1] === this.end ? this.#holes.pop()[0] : this.end;
    this.#holes.push([begins, this.end + count]);
    // The old samples there are overwritten with zeros: they must not be read as new ones.
    const left = Math.min(count, this.#samples.length);
    this.end += count - left;
    this.append(new Int16Array(left));
    // A hole is remembered for twice the length of the ring: samples of it that are not yet acknowledged are no overflow.
    while (this.#holes.length && this.#holes[0][1] <= this.start - this.#samples.length) this.#holes.shift();
  }

  // The samples from `start` to before `end` that are still here, up to the next hole: { start, end, why }. Those before that start are lost.
  stretch(start, end) {
    let limit = end;
    for (const [begins, ends] of this.#holes) {
      if (begins <= start && start < ends) return { start: Math.min(ends, end), end, why: "microphone" };
      if (start < begins) {
        limit = Math.min(begins, end);
        break;
      }
    }
    if (start < this.start) return { start: Math.min(this.start, limit), end, why: "overflow" };
    return { start, end: limit, why: "overflow" };
  }

  // Whether samples that were captured from `offset` on are no longer here.
  outlasted(offset) {
    return this.afterHole(offset) < this.start;
  }

  // The end of the hole in which this offset lies; the offset itself, if it lies in none.
  afterHole(offset) {
    return this.#holes.find(([begins, ends]) => begins <= offset && offset < ends)?.[1] ?? offset;
  }

  // So many samples before the offset `end`, or as many of them as are here.
  before(end, count) {
    const last = Math.min(end, this.end);
    const start = Math.max(last - count, this.start);
    return start < last ? this.read(start, last) : new Int16Array(0);
  }

  // A copy of the samples from `start` to before `end`; both must lie in the ring.
  read(start, end) {
    if (!(this.start <= start && start <= end && end <= this.end)) {
      throw new RangeError(`samples ${start} to ${end} are not in the ring, which holds ${this.start} to ${this.end}`);
    }
    const size = this.#samples.length;
    const at = start % size;
    const found = new Int16Array(end - start);
    const first = this.#samples.subarray(at, Math.min(at + found.length, size));
    found.set(first);
    found.set(this.#samples.subarray(0, found.length - first.length), first.length);
    return found;
  }
}
