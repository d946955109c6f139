// How fast sound may leave: what has waited for a link does not crowd out everything else.
import { BLOCK, RATE } from "./samples.js";

// Samples a second at most, and samples that may leave at once.
const REPLAY_RATE = 8 * RATE;
const REPLAY_BURST = 4 * RATE;

// The allowance of one connection, in samples. It grows with time, up to REPLAY_BURST.
export class Pacing {
  // When sound that has to wait may leave; null: none waits.
  due = null;
  #allowance = REPLAY_BURST;
  #countedAt;

  constructor(now) {
    this.#countedAt = now;
  }

  // How many of these samples may leave now. If none, `due` says when.
  allow(wanted, now) {
    this.#allowance = Math.min(REPLAY_BURST, this.#allowance + (now - this.#countedAt) * REPLAY_RATE);
    this.#countedAt = now;
    if (this.#allowance < Math.min(wanted, BLOCK)) {
      // One sample more than a block: rounding must not make it due for ever.
      this.due = now + (BLOCK + 1 - this.#allowance) / REPLAY_RATE;
      return 0;
    }
    const count = Math.min(wanted, Math.floor(this.#allowance));
    this.#allowance -= count;
    return count;
  }
}
