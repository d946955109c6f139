// Brings a sound from one rate to another, in pieces of 128 samples as an AudioWorklet gets them.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const { Resampler } = await import(pathToFileURL(`${process.argv[2]}/device/resampler.js`));
const { from, to, samples } = JSON.parse(readFileSync(0, "utf8"));
const resampler = new Resampler(from, to);
const out = [];
for (let at = 0; at < samples.length; at += 128) out.push(...resampler.feed(Float32Array.from(samples.slice(at, at + 128))));
console.log(JSON.stringify(out));
