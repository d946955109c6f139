// The device's own sounds: short tones that fade in and out.
import { RATE } from "./samples.js";

const LOUDNESS = 8000;
const FADE = RATE / 100;
// Hertz and seconds of each tone; 0 Hz is a pause.
const TONES = {
  chime: [[660, 0.09], [880, 0.14]],
  error: [[330, 0.2], [0, 0.08], [220, 0.3]],
  alarm: [[988, 0.15], [0, 0.1], [988, 0.15], [0, 0.1], [988, 0.15], [0, 0.4], [988, 0.15], [0, 0.1], [988, 0.15], [0, 0.1], [988, 0.15]],
};

// The samples of `chime`, `error` or `alarm`.
export function cue(name) {
  return Int16Array.from(TONES[name].flatMap(([pitch, seconds]) => tone(pitch, Math.round(seconds * RATE))));
}

function tone(pitch, length) {
  return Array.from({ length }, (_, index) => {
    const fade = Math.min(1, index / FADE, (length - index) / FADE);
    return LOUDNESS * fade * Math.sin((2 * Math.PI * pitch * index) / RATE);
  });
}
