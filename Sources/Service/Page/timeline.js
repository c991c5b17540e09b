// Draws who speaks when, live: two lanes, their overlap, the model's decisions, and response latencies.

import { spelled } from "/wording.js";

/** Milliseconds per bar, and number of bars kept: twenty minutes. */
const BAR_MS = 40, BARS = 1 << 15;
/** Limits for words, marks and turns: more than fit into that time. */
const WORDS_MAX = 3000, MARKS_MAX = 1000;
/** Pixels for the words, for the axis, and for the gap beside the middle line that holds marks and figures. */
const LIFT = { words: 11, axis: 16, gap: 18 };

/** Levels, words and marks of a conversation. Times are on the clock of `performance.now()`. */
export class Record {
  constructor(begin) {
    this.begin = begin;
    this.levels = { you: new Float32Array(BARS), duet: new Float32Array(BARS) };
    this.active = { you: new Uint8Array(BARS), duet: new Uint8Array(BARS) };
    this.decisions = new Uint8Array(BARS);
    this.words = [];
    this.marks = [];
    this.turns = [];
    this.last = 0;
  }

  bar(time) { return Math.floor((time - this.begin) / BAR_MS); }

  level(who, time, level, active) {
    const bar = this.bar(time);
    if (bar < 0) return;
    this.advance(bar);
    const i = bar % BARS;
    this.levels[who][i] = Math.max(this.levels[who][i], level);
    if (active) this.active[who][i] = 1;
  }

  /** `action`: "listen" or "speak", for the `sliceMs` before `time`. */
  decision(time, action, sliceMs) {
    const last = this.bar(time);
    this.advance(last);
    for (let bar = Math.max(0, this.bar(time - sliceMs)); bar < last; bar++) this.decisions[bar % BARS] = action === "speak" ? 2 : 1;
  }

  /** Clears bars for reuse: the buffer wraps after twenty minutes. */
  advance(bar) {
    for (; this.last < bar; this.last++) {
      const i = (this.last + 1) % BARS;
      for (const row of [this.levels.you, this.levels.duet, this.active.you, this.active.duet, this.decisions]) row[i] = 0;
    }
  }

  /** A piece of a transcript; a new word begins with a space. */
  piece(who, time, text) {
    const open = this.words.findLast((word) => word.who === who);
    if (open && !text.startsWith(" ") && time - open.time < 2000) Object.assign(open, { text: open.text + text, width: undefined });
    else this.words.push({ who, time, text: text.trim() });
    bound(this.words, WORDS_MAX);
  }

  mark(kind, time) {
    this.marks.push({ kind, time });
    bound(this.marks, MARKS_MAX);
  }

  turn(from, to) {
    this.turns.push({ from, to });
    bound(this.turns, MARKS_MAX);
  }
}

/** Drops the oldest entries. */
function bound(list, most) {
  if (list.length > most) list.splice(0, list.length - most);
}

/** Maps a level, in dBFS, to a height from 0 to 1. */
const height = (level) => Math.min(1, Math.max(0, (20 * Math.log10(level + 1e-6) + 56) / 46));

export class Timeline {
  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d");
    this.calm = matchMedia("(prefers-reduced-motion: reduce)");
    this.pan = 0;
    this.record = undefined;
    new ResizeObserver(() => this.resize()).observe(canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.resize());
    this.resize();
  }

  resize() {
    const { clientWidth, clientHeight } = this.canvas, scale = devicePixelRatio || 1;
    this.width = clientWidth;
    this.height = clientHeight;
    this.canvas.width = Math.round(clientWidth * scale);
    this.canvas.height = Math.round(clientHeight * scale);
    this.context.setTransform(scale, 0, 0, scale, 0, 0);
    const style = getComputedStyle(this.canvas);
    this.color = (name) => style.getPropertyValue(`--${name}`).trim();
    this.font = style.fontFamily;
    this.draw(this.now ?? performance.now());
  }

  /** Visible milliseconds. */
  get span() { return (this.width / this.pixels) * 1000; }
  /** Pixels per second: enough to set words side by side. */
  get pixels() { return this.width < 520 ? 76 : 112; }

  /** Scrolls back by `ms`, at most to the beginning. */
  scroll(ms) {
    if (!this.record) return;
    const most = Math.max(0, this.now - this.record.begin - this.span * 0.8);
    this.pan = Math.min(most, Math.max(0, this.pan + ms));
    this.draw(this.now);
  }

  draw(now) {
    this.now = now;
    const { context, record } = this;
    context.clearRect(0, 0, this.width, this.height);
    this.place(now);
    this.lanes();
    if (!record) return;
    this.overlaps();
    this.decisions();
    this.bars("you", this.you);
    this.bars("duet", this.duet);
    this.turns();
    this.marks();
    this.words("you", this.you.top + LIFT.words);
    this.words("duet", this.duet.bottom - 5);
    if (!this.pan) this.cursor();
  }

  /** Maps times to pixels. The present is near the right edge; with reduced motion it moves and the rest stands still. */
  place(now) {
    const seen = now - this.pan, ahead = 0.1 * this.width;
    this.x = (time) => this.width - ahead - ((seen - time) / 1000) * this.pixels;
    if (this.calm.matches && this.record) {
      const page = this.span * 0.88, turned = Math.floor((seen - this.record.begin) / page) * page + this.record.begin;
      this.x = (time) => ((time - turned) / 1000) * this.pixels + 8;
    }
    this.present = this.x(now);
    const middle = (this.height - LIFT.axis) / 2, { gap } = LIFT;
    this.you = { top: 4, bottom: middle - gap, middle: (LIFT.words + 14 + middle - gap) / 2 + 3 };
    this.duet = { top: middle + gap, bottom: this.height - LIFT.axis - 2 };
    this.duet.middle = (this.duet.top + this.duet.bottom - LIFT.words - 10) / 2 - 3;
    this.reach = Math.min(this.you.bottom - this.you.middle, this.duet.middle - this.duet.top) - 1;
    this.strip = middle;
  }

  lanes() {
    const { context } = this;
    context.fillStyle = this.color("line");
    context.fillRect(0, this.strip, this.width, 1);
    if (!this.record) return;
    context.font = `10.5px ${this.font}`;
    context.textAlign = "center";
    context.textBaseline = "alphabetic";
    const first = Math.floor(this.timeAt(0) / 1000);
    for (let second = Math.max(0, first); this.xOf(second) < this.width; second++) {
      const x = Math.round(this.xOf(second)) + 0.5, isFifth = second % 5 === 0;
      context.fillStyle = this.color("line");
      context.fillRect(x, isFifth ? 6 : this.height - LIFT.axis - 2, 1, isFifth ? this.height - LIFT.axis - 6 : 4);
      context.fillStyle = this.color("ink-faint");
      if (isFifth && x < this.present + 20) context.fillText(clock(second), x, this.height - 3);
    }
  }

  xOf(second) { return this.x(this.record.begin + 1000 * second); }
  timeAt(x) { return (x - this.xOf(0)) / this.pixels * 1000; }

  /** Calls `deed(bar index, x)` for every visible bar. */
  eachBar(deed) {
    const first = Math.max(0, this.record.last - BARS + 2, Math.floor(this.timeAt(-8) / BAR_MS));
    const last = Math.min(this.record.last, Math.floor(this.timeAt(this.width) / BAR_MS));
    for (let bar = first; bar <= last; bar++) deed(bar % BARS, this.xOf((bar * BAR_MS) / 1000));
  }

  bars(who, lane) {
    const { context } = this, levels = this.record.levels[who], width = (BAR_MS * this.pixels) / 1000;
    context.fillStyle = this.color(who);
    this.eachBar((i, x) => {
      const reach = Math.max(0.75, height(levels[i]) * this.reach);
      context.globalAlpha = levels[i] > 0.0025 ? 1 : 0.35;
      context.beginPath();
      context.roundRect(x + 0.5, lane.middle - reach, Math.max(1.4, width - 1.6), 2 * reach, 1.4);
      context.fill();
    });
    context.globalAlpha = 1;
  }

  /** Tints the overlap where both speak, from lane to lane. */
  overlaps() {
    const { context } = this, { you, duet } = this.record.active, width = (BAR_MS * this.pixels) / 1000;
    context.fillStyle = this.color("overlap-tint");
    this.eachBar((i, x) => {
      if (you[i] && duet[i]) context.fillRect(x, this.you.top, width + 0.4, this.duet.bottom - this.you.top);
    });
  }

  /** A cell for every slice with the decision to speak, a thin line for the decision to listen. */
  decisions() {
    const { context } = this, { decisions } = this.record, width = (BAR_MS * this.pixels) / 1000;
    this.eachBar((i, x) => {
      if (!decisions[i]) return;
      context.fillStyle = this.color(decisions[i] === 2 ? "duet" : "ink-faint");
      const half = decisions[i] === 2 ? 1.5 : 0.5;
      context.fillRect(x, this.strip + 0.5 - half, width + 0.3, 2 * half);
    });
  }

  marks() {
    const { context } = this;
    context.font = `600 10.5px ${this.font}`;
    let edge = -Infinity, row = 0;
    for (const { kind, time } of this.record.marks) {
      const x = Math.round(this.x(time));
      if (x < -140 || x > this.width) continue;
      if (kind === "end") {
        this.endOfTurn(x);
        continue;
      }
      // Put a flag that would cover the previous one above it.
      row = x < edge ? 1 - row : 0;
      edge = this.flag(x, kind, row);
    }
  }

  endOfTurn(x) {
    const { context } = this;
    context.fillStyle = this.color("you");
    context.beginPath();
    context.moveTo(x - 4, this.strip - 10);
    context.lineTo(x + 4, this.strip - 10);
    context.lineTo(x, this.strip - 4);
    context.fill();
  }

  /** Draws a flag above the middle line; latencies are below it. Returns its right edge. */
  flag(x, text, row) {
    const { context } = this, width = context.measureText(text).width + 10, top = this.strip - LIFT.gap + 1 - 16 * row;
    context.fillStyle = this.color("bad");
    context.fillRect(x, this.you.top, 1.5, this.duet.bottom - this.you.top);
    context.beginPath();
    context.roundRect(x, top, width, 15, [0, 4, 4, 0]);
    context.fill();
    context.fillStyle = this.color("card");
    context.textAlign = "left";
    context.fillText(text, x + 5, top + 11);
    return x + width;
  }

  /** Draws each response latency, from the end of the user's speech to the first sound of the answer. */
  turns() {
    const { context } = this;
    context.font = `600 11px ${this.font}`;
    context.textAlign = "left";
    for (const { from, to } of this.record.turns) {
      const left = this.x(from), right = this.x(to), text = `${Math.round(to - from)} ms`;
      if (right < -80 || left > this.width) continue;
      context.fillStyle = this.color("ink");
      context.fillRect(left, this.strip + 4, 1.5, 9);
      context.fillRect(right - 1.5, this.strip + 4, 1.5, 9);
      context.fillRect(left, this.strip + 8, right - left, 1.5);
      context.fillText(text, right + 5, this.strip + 12.5);
    }
  }

  /** Draws words at their times, shifted right where they would overlap. */
  words(who, y) {
    const { context } = this;
    let edge = -Infinity;
    context.font = `12px ${this.font}`;
    context.textAlign = "left";
    context.fillStyle = this.color("ink");
    for (const word of this.record.words) {
      if (word.who !== who) continue;
      const text = spelled(word.text);
      word.width ??= context.measureText(text).width;
      const x = Math.max(this.x(word.time), edge);
      edge = x + word.width + 4;
      if (edge > 0 && x < this.width) context.fillText(text, x, y);
    }
  }

  cursor() {
    const { context } = this;
    context.fillStyle = this.color("ink-faint");
    context.fillRect(Math.round(this.present), 4, 1, this.height - LIFT.axis - 6);
  }
}

export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
