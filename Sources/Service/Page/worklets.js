// The audio worklets: capture cuts the microphone into frames, playback is a jitter buffer.

/** Streaming windowed-sinc resampler between any two rates. Passes blocks through if the rates are equal. */
class Resampler {
  constructor(from, to) {
    const gcd = (a, b) => (b ? gcd(b, a % b) : a), common = gcd(from, to);
    // Positions count in units of input samples / phases, so they are exact.
    this.step = from / common;
    this.phases = to / common;
    const cutoff = Math.min(1, to / from) * 0.94;
    this.half = Math.ceil(12 / cutoff);
    this.isPlain = from === to;
    this.table = this.isPlain ? [] : Array.from({ length: this.phases }, (_, phase) => this.taps(phase, cutoff));
    this.held = new Float32Array(2 * this.half);
    this.position = 0;
  }

  taps(phase, cutoff) {
    const taps = new Float32Array(2 * this.half);
    for (let k = 0; k < taps.length; k++) {
      const x = k - this.half + 1 - phase / this.phases, angle = Math.PI * (x / this.half);
      const window = Math.abs(x) < this.half ? 0.42 + 0.5 * Math.cos(angle) + 0.08 * Math.cos(2 * angle) : 0;
      const y = Math.PI * cutoff * x;
      taps[k] = cutoff * window * (x === 0 ? 1 : Math.sin(y) / y);
    }
    return taps;
  }

  push(input) {
    if (this.isPlain) return input;
    const all = new Float32Array(this.held.length + input.length), width = 2 * this.half, output = [];
    all.set(this.held);
    all.set(input, this.held.length);
    let at = this.position;
    for (; Math.floor(at / this.phases) + width <= all.length; at += this.step) {
      const first = Math.floor(at / this.phases), taps = this.table[at % this.phases];
      let sum = 0;
      for (let k = 0; k < width; k++) sum += all[first + k] * taps[k];
      output.push(sum);
    }
    const used = Math.min(Math.floor(at / this.phases), all.length);
    this.held = all.slice(used);
    this.position = at - used * this.phases;
    return Float32Array.from(output);
  }
}

const rms = (samples) => {
  let sum = 0;
  for (const x of samples) sum += x * x;
  return Math.sqrt(sum / Math.max(1, samples.length));
};

/** Posts `{samples, level, time}` for every 20 ms of microphone audio. */
class Capture extends AudioWorkletProcessor {
  constructor({ processorOptions: { rate } }) {
    super();
    this.resampler = new Resampler(sampleRate, rate);
    this.frame = new Float32Array(rate / 50);
    this.filled = 0;
    this.isMuted = false;
    this.port.onmessage = ({ data }) => { this.isMuted = data.muted; };
  }

  process([[input]]) {
    if (!input) return true;
    for (const x of this.resampler.push(input)) {
      this.frame[this.filled++] = this.isMuted ? 0 : x;
      if (this.filled === this.frame.length) this.post();
    }
    return true;
  }

  post() {
    const samples = this.frame.slice();
    this.port.postMessage({ samples, level: rms(samples), time: currentTime }, [samples.buffer]);
    this.filled = 0;
  }
}

/**
 * Plays chunks in order. Starts when 80 ms are buffered and a margin has passed. The margin grows with every underrun and shrinks
 * without; any surplus is removed from silence, and from speech only beyond the maximum.
 * In: {samples, rate, position} | {flush} | {hush}. Out: a report about every 20 ms, and a message when speech begins.
 */
class Playback extends AudioWorkletProcessor {
  constructor({ processorOptions: { tap } }) {
    super();
    this.tap = tap;
    this.queue = [];
    this.buffered = 0;
    this.resamplers = new Map();
    this.startSamples = 0.08 * sampleRate;
    this.marginMin = 0.01 * sampleRate;
    this.marginMax = 0.25 * sampleRate;
    this.surplusMax = 0.4 * sampleRate;
    this.margin = 0.02 * sampleRate;
    this.wait = this.margin;
    this.isPlaying = false;
    this.isHushed = false;
    this.gain = 0;
    this.last = 0;
    this.position = 0;
    this.counts = { underruns: 0, droppedMs: 0 };
    this.lowest = Infinity;
    this.lowestSince = 0;
    this.surplus = 0;
    this.quietSince = 0;
    this.energy = 0;
    this.energyCount = 0;
    this.port.onmessage = ({ data }) => this.receive(data);
  }

  receive(data) {
    if (data.samples) this.enqueue(data);
    if (data.flush) this.flush();
    if ("hush" in data) this.isHushed = data.hush;
  }

  enqueue({ samples, rate, position }) {
    if (!this.resamplers.has(rate)) this.resamplers.set(rate, new Resampler(rate, sampleRate));
    // The smallest level just before new samples arrive is what the buffer can do without.
    if (this.isPlaying) this.lowest = Math.min(this.lowest, this.buffered);
    const ready = this.resamplers.get(rate).push(samples);
    this.queue.push({ samples: ready, at: 0, position, silent: rms(ready) < 0.0005 });
    this.buffered += ready.length;
    this.trim();
  }

  /** Removes chunks beyond the limit: the oldest silent ones first. */
  trim() {
    const most = this.startSamples + this.margin + this.surplusMax;
    while (this.buffered > most && this.queue.length > 1) {
      const silent = this.queue.findIndex((chunk) => chunk.silent);
      const [chunk] = this.queue.splice(Math.max(0, silent), 1);
      if (silent < 0) this.gain = 0;
      this.forget(chunk.samples.length - chunk.at);
    }
  }

  forget(count) {
    this.buffered -= count;
    this.counts.droppedMs += (1000 * count) / sampleRate;
  }

  flush() {
    this.queue = [];
    this.buffered = 0;
    this.isHushed = false;
    this.pause();
  }

  pause() {
    this.isPlaying = false;
    this.wait = this.margin;
  }

  process(_, [[output]]) {
    this.settle(output.length);
    for (let i = 0; i < output.length; i++) output[i] = this.next();
    const level = rms(output);
    this.energy += level * level;
    this.energyCount += 1;
    this.notice(level);
    if (this.tap) this.port.postMessage({ tapped: output.slice(), time: currentTime });
    if (this.energyCount === 8) this.report();
    return true;
  }

  /** Decides whether to start playing, and adapts the margin. */
  settle(count) {
    if (!this.isPlaying && this.buffered >= this.startSamples) {
      this.wait -= count;
      if (this.wait <= 0) this.begin();
    }
    if (currentTime - this.lowestSince < 4) return;
    if (this.lowest < Infinity) {
      this.surplus = Math.max(0, this.lowest - this.margin);
      this.margin = Math.max(this.marginMin, this.margin - 0.002 * sampleRate);
    }
    this.restartWindow();
  }

  begin() {
    this.isPlaying = true;
    this.gain = 0;
    this.restartWindow();
  }

  restartWindow() {
    this.lowest = Infinity;
    this.lowestSince = currentTime;
  }

  /** The next sample; ramps of 3 ms prevent clicks at the edges of gaps. */
  next() {
    const ramp = 1 / (0.003 * sampleRate);
    const chunk = this.isPlaying ? this.chunk() : undefined;
    if (!chunk) {
      this.last *= 1 - 2 * ramp;
      return this.last;
    }
    const sample = chunk.samples[chunk.at++];
    this.buffered -= 1;
    this.position = chunk.position + (chunk.at * 48000) / sampleRate;
    this.gain = Math.min(1, Math.max(0, this.gain + (this.isHushed ? -ramp : ramp)));
    this.last = sample * this.gain;
    return this.last;
  }

  /** The chunk with the next sample. If there is none, the margin was too small. */
  chunk() {
    if (this.queue.length && this.queue[0].at === this.queue[0].samples.length) this.queue.shift();
    const chunk = this.queue[0];
    if (!chunk) {
      this.counts.underruns += 1;
      this.margin = Math.min(this.marginMax, this.margin + 0.015 * sampleRate);
      this.pause();
    } else if (chunk.silent && this.surplus > 0 && chunk.at === 0) {
      const count = Math.min(Math.floor(this.surplus), chunk.samples.length - 1);
      chunk.at += count;
      this.surplus = 0;
      this.forget(count);
    }
    return chunk;
  }

  /** Reports when speech begins, to the nearest block of 128 samples. */
  notice(level) {
    if (level < 0.004) return;
    if (currentTime - this.quietSince > 0.15) this.port.postMessage({ onset: true, time: currentTime });
    this.quietSince = currentTime;
  }

  report() {
    this.port.postMessage({
      time: currentTime, level: Math.sqrt(this.energy / this.energyCount), position: this.position,
      bufferedMs: (1000 * this.buffered) / sampleRate, isPlaying: this.isPlaying, ...this.counts,
    });
    this.energy = 0;
    this.energyCount = 0;
  }
}

registerProcessor("capture", Capture);
registerProcessor("playback", Playback);
