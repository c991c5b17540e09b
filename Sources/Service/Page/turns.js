// Detects by level when somebody speaks, and measures how long an answer took.

/** Follows the microphone's noise floor and decides for every 20 ms whether somebody speaks. */
export class Voice {
  constructor() {
    this.floor = -70;
    this.end = -Infinity;
    this.loud = 0;
  }

  /** `time`: the end of the frame. */
  hear(level, time) {
    const decibels = 20 * Math.log10(level + 1e-6);
    // The floor falls at once and rises by 2 dB per second.
    this.floor = Math.min(-42, Math.max(-90, Math.min(decibels, this.floor + 0.04)));
    const isLoud = decibels > Math.max(this.floor + 14, -50);
    this.loud = isLoud ? this.loud + 1 : 0;
    // One or two loud frames are only a click.
    if (this.loud < 3) return time - this.end < 200;
    this.end = time;
    return true;
  }
}

/** Measures from the end of the user's speech to the first sound of the answer. */
export class Latencies {
  constructor() {
    this.awaits = false;
    this.answered = -Infinity;
  }

  /** The assistant has begun a turn: the next sound is its first. */
  turnBegins() { this.awaits = true; }

  /** The latency of the first sound at `time`, if it answers speech that ended at `end`. */
  sounds(time, end) {
    if (!this.awaits) return undefined;
    this.awaits = false;
    const latency = time - end;
    if (end <= this.answered || latency < 0 || latency > 5000) return undefined;
    this.answered = end;
    return latency;
  }
}
