// When somebody speaks, by level alone, and how long an answer took.

/** Follows the microphone's noise, and says of every 20 ms whether somebody speaks. */
export class Voice {
  constructor() {
    this.floor = -70;
    this.end = -Infinity;
    this.loud = 0;
  }

  /** `time`: the end of the frame. */
  hear(level, time) {
    const decibels = 20 * Math.log10(level + 1e-6);
    // Down at once, up by 2 dB a second.
    this.floor = Math.min(-42, Math.max(-90, Math.min(decibels, this.floor + 0.04)));
    const isLoud = decibels > Math.max(this.floor + 14, -50);
    this.loud = isLoud ? this.loud + 1 : 0;
    // One loud frame is a click.
    if (this.loud < 3) return time - this.end < 200;
    this.end = time;
    return true;
  }
}

/** When an answer begins, and how long after the end of the user's speech. */
export class Latencies {
  constructor() {
    this.awaits = false;
    this.answered = -Infinity;
  }

  /** The assistant has begun a turn; its first sound is the next. */
  turnBegins() { this.awaits = true; }

  /** What came of the first sound at `time`, where it answers speech that ended at `end`. */
  sounds(time, end) {
    if (!this.awaits) return undefined;
    this.awaits = false;
    const latency = time - end;
    if (end <= this.answered || latency < 0 || latency > 5000) return undefined;
    this.answered = end;
    return latency;
  }
}
