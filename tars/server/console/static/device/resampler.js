// Brings sound from one rate to another, piece by piece: a windowed sinc, 16 crossings to each side.

const CROSSINGS = 16;
// The part of the lower rate's band that is kept: what lies above is damped.
const BAND = 0.92;

export class Resampler {
  #up;
  #down;
  #reach;
  #phases;
  // The last samples that came in. `#at`: the place of the first one among all that ever came.
  #kept;
  #at;
  #made = 0;

  constructor(from, to) {
    const common = divisor(from, to);
    this.#up = to / common;
    this.#down = from / common;
    const cutoff = BAND * Math.min(1, to / from);
    this.#reach = Math.ceil(CROSSINGS * Math.max(1, from / to));
    this.#phases = Array.from({ length: this.#up }, (_, phase) => kernel(phase / this.#up, this.#reach, cutoff));
    this.#kept = new Float32Array(this.#reach);
    this.#at = -this.#reach;
  }

  // The samples that can be made by now; the last `reach` that came in wait for what follows them.
  feed(samples) {
    const all = new Float32Array(this.#kept.length + samples.length);
    all.set(this.#kept);
    all.set(samples, this.#kept.length);
    const out = [];
    for (;;) {
      const whole = Math.floor((this.#made * this.#down) / this.#up);
      const first = whole - this.#reach + 1 - this.#at;
      const taps = this.#phases[(this.#made * this.#down) % this.#up];
      if (first + taps.length > all.length) {
        this.#kept = all.slice(Math.max(0, first));
        this.#at += Math.max(0, first);
        return Float32Array.from(out);
      }
      let sum = 0;
      for (let index = 0; index < taps.length; index += 1) sum += taps[index] * all[first + index];
      out.push(sum);
      this.#made += 1;
    }
  }
}

// The weights of the samples around a place that lies `fraction` after one of them.
function kernel(fraction, reach, cutoff) {
  const taps = Float64Array.from({ length: 2 * reach }, (_, index) => {
    const distance = index - reach + 1 - fraction;
    const turn = Math.PI * cutoff * distance;
    const sinc = turn === 0 ? 1 : Math.sin(turn) / turn;
    return sinc * Math.cos((Math.PI * distance) / (2 * reach)) ** 2;
  });
  const sum = taps.reduce((one, other) => one + other);
  return taps.map((tap) => tap / sum);
}

function divisor(one, other) {
  return other === 0 ? one : divisor(other, one % other);
}
