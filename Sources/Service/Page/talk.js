// One conversation: it drives session and sound, and reports what happens to the page. Every way to end is `close()`.

import { PER_MS, Session, health } from "/session.js";
import { MicrophoneError, Sound, bestCodec, formatOf } from "/sound.js";
import { Record } from "/timeline.js";
import { Latencies, Voice } from "/turns.js";

const RETRY_MS = 2000, RESUME_SECONDS = 30, REFUSALS_MAX = 3, DRAFTS_MAX = 16;
/** What is typed before a session has settled is misread. */
const SETTLE_MS = 1000;
/** How long before a stop somebody must have spoken, typed or pressed the button to have caused it. */
const CAUSE_MS = 1500;

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * `options`: {microphone: whether it is wanted, codec: "pcm" or undefined, key, tap: see page.js}.
 * `report(event)` takes the events of conversation.js; `broken()` is called where the browser's codec fails.
 */
export class Talk {
  constructor(options, report, broken) {
    Object.assign(this, { options, broken, voice: new Voice(), latencies: new Latencies(), isOver: false, isLive: false, isSettled: false, drafts: [], lag: 0, causedAt: -Infinity });
    this.report = (event) => { if (!this.isOver) report(event); };
  }

  // MARK: Beginning

  /** From the press of the button until it is live, or has failed. */
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

  /** A new session. Waits where the server is full. */
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

  /** On a connection that is new. */
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
    if (this.isLive) for (const text of this.drafts.splice(0)) this.tell(text);
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

  /** A codec of the browser broke: the rest is said in plain samples. */
  fallBack() {
    if (this.codec !== "pcm" && !this.isOver) this.broken();
  }

  // MARK: What the user does

  /** What is typed before the conversation is live, or has settled, waits for it. */
  tell(text) {
    if (!this.isSettled) {
      if (this.drafts.length < DRAFTS_MAX) this.drafts.push(text);
      return;
    }
    this.session.send({ type: "session.tell", text });
    this.told = this.causedAt = performance.now();
  }

  /** Falls silent here at once, there within a slice. */
  interrupt() {
    this.causedAt = performance.now();
    this.session.interrupt();
    this.sound.hush(true);
    setTimeout(() => this.sound.hush(false), 600);
  }

  mute(isMuted) { this.sound.mute(isMuted); }

  /** Asks for the microphone while the conversation goes on: once, however often it is called while the browser asks. */
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

  // MARK: What the server tells

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

  /** Who makes it stop now: the user, by voice, text or button, or nobody. */
  cause() {
    const last = Math.max(this.causedAt, this.voice.end);
    return performance.now() - last < CAUSE_MS ? "user" : "self";
  }

  /** Position in the session as page time. */
  timeOf(ms) { return this.base + ms; }

  piece(who, { start_ms, delta }, lag) { this.record.piece(who, this.timeOf(start_ms) + lag, delta); }

  /** A server that does not tell its decisions tells when they change. */
  change({ state, at_ms }) {
    if (state === "speaking") this.latencies.turnBegins();
    if (this.hasDecisions) return;
    if (state === "speaking") this.spokeFrom = at_ms;
    else if (this.spokeFrom !== undefined) {
      this.record.decision(this.timeOf(at_ms) + this.lag, "speak", at_ms - this.spokeFrom);
      this.spokeFrom = undefined;
    }
  }

  // MARK: What is played

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

  // MARK: Ending and coming back

  async lose({ wasClosed }) {
    if (this.isOver) return;
    this.isLive = this.isSettled = false;
    // It would settle the next connection too early.
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

  /** Whether the conversation goes on, a new one has begun, or it is over. */
  async retry() {
    const { session } = this;
    if (session.token !== undefined) {
      try {
        await session.resume();
        this.goOn("The connection was lost for a moment");
        return true;
      } catch (error) {
        // Browsers do not tell "no such session" from other refusals, but that one stays.
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
