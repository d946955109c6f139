// Sound everywhere: 16,000 samples a second, mono, signed 16 bit.
export const RATE = 16_000;
// Samples of a microphone block: 80 ms.
export const BLOCK = 1280;
