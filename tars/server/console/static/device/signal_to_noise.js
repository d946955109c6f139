// How far a wake word stands out of the noise. It mirrors tars/core/signal_to_noise.py.
import { RATE } from "./samples.js";

// Samples of 20 ms, whose power is taken together.
const FRAME = RATE / 50;
// The loudest fifth of the frames is speech, the quietest tenth noise.
const LOUD = 5;
const QUIET = 10;
// Frames that are needed to say anything: 0.4 s.
const LEAST = 20;

// Decibels from the noise up to the speech, as `hotword_detected` carries them; empty if the sound is too short. Frames of nothing but
// zeros are left out: nothing was captured then.
export function signalToNoise(samples) {
  const power = [];
  for (let at = samples.length % FRAME; at < samples.length; at += FRAME) {
    power.push(mean(Array.from(samples.subarray(at, at + FRAME), (sample) => sample * sample)));
  }
  const captured = power.filter((one) => one > 0).sort((a, b) => a - b);
  if (captured.length < LEAST) return "";
  const speech = mean(captured.slice(-Math.floor(captured.length / LOUD)));
  const noise = mean(captured.slice(0, Math.floor(captured.length / QUIET)));
  return (10 * Math.log10(speech / noise)).toFixed(1);
}

function mean(numbers) {
  let sum = 0;
  let count = 0;
  for (const number of numbers) {
    sum += number;
    count += 1;
  }
  return sum / count;
}
