// One conversation: drives the session and the sound, and reports events to the page. `close()` is the only way to end it.

import { PER_MS, Session, health } from "/session.js";
import { MicrophoneError, Sound, bestCodec, formatOf } from "/sound.js";
import { Record } from "/timeline.js";
import { Latencies, Voice } from "/turns.js";

const RETRY_MS = 2000, RESUME_SECONDS = 30, REFUSALS_MAX = 3, DRAFTS_MAX = 16;
/** Text sent before a session has settled is misunderstood. */
const SETTLE_MS = 1000;
/** A stop counts as the user's if they spoke, typed or pressed the button at most this long before. */
const CAUSE_MS = 1500;

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * `options`: {microphone: whether to use one, codec: "pcm" or undefined, key, tap: see page.js}.
 * `report(event)` receives events for conversation.js; `broken()` is called if the browser's codec fails.
 */
export class Talk {
  constructor(options, report, broken) {
    Object.assign(this, { options, broken, voice: new Voice(), latencies: new Latencies(), isOver: false, isLive: false, isSettled: false, drafts: [], lag: 0, causedAt: -Infinity });
    this.report = (event) => { if (!this.isOver) report(event); };
  }

  // MARK: Starting

  /** Starts after the press of the button; returns once it is live or has failed. */
  async begin() {
    const { options } = this;
    try {
      this.codec = await bestCodec(options.codec);
      this.sound = new Sound(this.codec, this.hooks(), options.tap?.blocks);
      await this.sound.open(options.microphone);
      this.report({ type: "connecting" });
      await this.connect();
    } catch (error) {
      this.report({ type: "failed", error, hadKey: options.key !== undefined });
    }
  }

  /** Starts a new session. Waits if the server is full. */
  async connect() {
    if (this.isOver) return;
    this.session ??= new Session(this.codec, formatOf(this.codec), this.options.key, {
      event: (event) => this.receive(event), audio: (bytes, position) => this.sound.receive(bytes, position),
      flush: () => this.sound.flush(), lost: (why) => this.lose(why),
    });
    try {
      await this.session.start();
    } catch (error) {
      if (error.kind === "full" && !this.isOver) return this.awaitRoom(error.health);
      throw error;
    }
    this.goLive(this.sound.isSilent ? "Without https a browser gives this page no sound: answers come as text" : undefined);
  }

  goLive(note) {
    this.base = this.session.started;
    this.record = new Record(this.base);
    this.latencies.answered = -Infinity;
    this.goOn(note);
  }

  /** Continues on a new connection. */
  goOn(note) {
    if (this.isOver) return this.session.close();
    this.isLive = true;
    this.sound.restart();
    this.sound.flush();
    this.report({ type: "live", note });
    this.settling = setTimeout(() => this.settle(), SETTLE_MS);
  }

  settle() {
    this.isSettled = this.isLive;
    // A draft has waited: its answer has no latency that would mean anything.
    if (this.isLive) for (const text of this.drafts.splice(0)) this.send(text);
  }

  async awaitRoom(state) {
    this.report({ type: "full", capacity: state?.capacity });
    while (!this.isOver) {
      await pause(RETRY_MS);
      const now = await health();
      this.report({ type: "health", health: now });
      if (now?.status === "ok") return this.connect();
    }
  }

  hooks() {
    return {
      packet: (bytes) => { if (this.isLive) this.session.sendAudio(bytes); },
      heard: ({ level, time }) => this.hear(level, time),
      played: (report) => this.played(report),
      onset: (time) => this.answered(time),
      unplugged: () => this.report({ type: "noMicrophone", error: new MicrophoneError("NotFoundError", "unplugged") }),
      broken: () => this.fallBack(),
    };
  }

  /** The browser's codec failed: starts again with plain samples. */
  fallBack() {
    if (this.codec !== "pcm" && !this.isOver) this.broken();
  }

  // MARK: Actions of the user

  /** Texts wait until the conversation is live and has settled. Returns whether the text was taken. */
  tell(text) {
    if (this.isSettled) {
      this.send(text);
      this.told = this.causedAt;
      return true;
    }
    if (this.drafts.length < DRAFTS_MAX) return Boolean(this.drafts.push(text));
    return false;
  }

  send(text) {
    this.session.send({ type: "session.tell", text });
    this.causedAt = performance.now();
  }

  /** Mutes playback at once; the server stops within a slice. */
  interrupt() {
    this.causedAt = performance.now();
    this.session.interrupt();
    this.sound.hush(true);
    setTimeout(() => this.sound.hush(false), 600);
  }

  mute(isMuted) { this.sound.mute(isMuted); }

  /** Asks for the microphone during the conversation; ignores further calls while the browser asks. */
  async useMicrophone() {
    if (this.isAsking) return;
    this.isAsking = true;
    try {
      await this.sound.listen();
      if (this.isOver) return;
      this.session.sent = Math.max(this.session.sent, (performance.now() - this.base) * PER_MS);
      this.report({ type: "microphone" });
    } catch (error) {
      this.report({ type: "noMicrophone", error });
    } finally {
      this.isAsking = false;
    }
  }

  hear(level, time) {
    const active = this.voice.hear(level, time);
    this.level = level;
    this.options.tap?.heard.push({ level, time });
    this.record?.level("you", time, level, active && level > 0);
  }

  // MARK: Events of the server

  receive(event) {
    const { record } = this, cause = this.cause();
    this.options.tap?.events.push({ ...event, time: performance.now() });
    switch (event.type) {
      case "session.input_transcript.delta": this.piece("you", event, 0); break;
      case "session.output_transcript.delta": this.piece("duet", event, this.lag); break;
      case "session.input_transcript.done": record.mark("end", this.timeOf(event.end_ms)); break;
      case "session.state": this.change(event); break;
      case "session.decision":
        this.hasDecisions = true;
        record.decision(this.timeOf(event.at_ms), event.action, this.session.sliceMs);
        break;
      case "session.interrupted": record.mark(cause === "user" ? "interrupted" : "broke off", performance.now()); break;
      case "info": if (event.code === "overload") record.mark("server was late", performance.now()); break;
      case "error": console.warn("server:", event.error?.code, event.error?.message); break;
    }
    this.report({ type: "server", event, cause });
  }

  /** Who causes a stop now: "user" by voice, text or button, otherwise "self". */
  cause() {
    const last = Math.max(this.causedAt, this.voice.end);
    return performance.now() - last < CAUSE_MS ? "user" : "self";
  }

  /** Converts a session position to page time. */
  timeOf(ms) { return this.base + ms; }

  piece(who, { start_ms, delta }, lag) { this.record.piece(who, this.timeOf(start_ms) + lag, delta); }

  /** A server that does not report every decision reports the changes. */
  change({ state, at_ms }) {
    if (state === "speaking") this.latencies.turnBegins();
    if (this.hasDecisions) return;
    if (state === "speaking") this.spokeFrom = at_ms;
    else if (this.spokeFrom !== undefined) {
      this.record.decision(this.timeOf(at_ms) + this.lag, "speak", at_ms - this.spokeFrom);
      this.spokeFrom = undefined;
    }
  }

  // MARK: Playback

  played(report) {
    const { record, session } = this;
    this.figures = report;
    this.options.tap?.reports.push(report);
    if (!record || !session) return;
    record.level("duet", report.time, report.level, report.level > 0.004);
    this.loudness = report.level;
    if (!report.isPlaying) return;
    session.played = Math.max(0, report.position);
    this.lag = report.time - this.base - report.position / PER_MS;
  }

  answered(time) {
    const latency = this.latencies.sounds(time, Math.max(this.voice.end, this.told ?? -Infinity));
    if (latency === undefined) return;
    this.record.turn(time - latency, time);
    this.report({ type: "latency", ms: latency });
  }

  // MARK: Ending and resuming

  async lose({ wasClosed }) {
    if (this.isOver) return;
    this.isLive = this.isSettled = false;
    // Otherwise this timer would settle the next connection too early.
    clearTimeout(this.settling);
    if (wasClosed) return this.report({ type: "ended" });
    const since = performance.now(), seconds = this.session.resumeSeconds || RESUME_SECONDS;
    this.refusals = 0;
    this.record?.mark("connection lost", since);
    this.report({ type: "lost", seconds });
    for (let wait = 300; performance.now() - since < 1000 * seconds && !this.isOver; wait = Math.min(3000, 1.6 * wait)) {
      if (await this.retry()) return;
      await pause(wait);
    }
    this.report({ type: "failed", error: { kind: "lost" } });
  }

  /** Returns whether to stop retrying: the session goes on, a new one has begun, or the conversation is over. */
  async retry() {
    const { session } = this;
    if (session.token !== undefined) {
      try {
        await session.resume();
        this.goOn("The connection was lost for a moment");
        return true;
      } catch (error) {
        // Browsers do not tell "no such session" from other failures, but only that one persists.
        this.refusals += error.kind === "lost" ? 1 : 0;
        if (error.kind !== "refused" && this.refusals < REFUSALS_MAX) return false;
        session.token = undefined;
      }
    }
    try {
      await session.start();
    } catch {
      return false;
    }
    this.goLive("The connection was lost; this is a new conversation");
    return true;
  }

  close() {
    if (this.isOver) return;
    this.isOver = true;
    this.isLive = false;
    this.session?.close();
    this.sound?.close();
  }
}
