// The page: what a conversation does to what is seen, and what keys and buttons do to the conversation.

import { Session, health } from "/session.js";
import { MicrophoneError, Sound, bestCodec, formatOf } from "/sound.js";
import { Record, Timeline, clock } from "/timeline.js";
import { Transcript, element } from "/transcript.js";
import { Latencies, Voice } from "/turns.js";

const $ = (id) => document.getElementById(id);
const root = document.documentElement, query = new URLSearchParams(location.search);
const timeline = new Timeline($("canvas")), transcript = new Transcript($("transcript"));
const RETRY_MS = 2000, RESUME_SECONDS = 30, REFUSALS_MAX = 3;

/** What there is of a conversation; a new one for every press of the button. */
let talk;
/** What was heard and played, and what happened when, for a check that asks for it: `?record`. */
const tap = query.has("record") ? (globalThis.recorded = { heard: [], blocks: [], reports: [], events: [] }) : undefined;

/** The server's key: of this tab alone. A link may carry it behind `#key=`, where no server and no log sees it. */
const key = {
  get value() { return sessionStorage.getItem("key") ?? undefined; },
  set value(text) { sessionStorage.setItem("key", text); },
};
const given = new URLSearchParams(location.hash.slice(1)).get("key");
if (given) {
  key.value = given;
  history.replaceState(null, "", location.pathname + location.search);
}

// MARK: States

const LABELS = {
  idle: ["Ready", "Talk"], asking: ["Microphone", "Allow the microphone"], connecting: ["Connecting", "Connecting"],
  live: ["Live", "Listening"], reconnecting: ["Reconnecting", "Reconnecting"], full: ["Full", "Waiting for room"],
  error: ["Not connected", "Talk"],
};

function enter(state) {
  root.dataset.state = state;
  const isBusy = !["idle", "error"].includes(state), isLive = state === "live";
  root.classList.toggle("busy", isBusy);
  $("mute").disabled = !isLive;
  $("interrupt").disabled = true;
  $("connection").lastElementChild.textContent = LABELS[state][0];
  $("toggle").querySelector(".sr").textContent = isBusy ? "Stop" : "Talk";
  if (!isBusy) {
    for (const name of ["you", "duet"]) root.style.setProperty(`--${name}-level`, 0);
    $("state").lastElementChild.replaceChildren(element("kbd", "", "Space"));
  }
  voice("listening");
  if (isLive) wakeLock();
}

/** `state`: "listening" or "speaking", as the server decided. */
function voice(state) {
  root.dataset.voice = state;
  const isLive = root.dataset.state === "live", isSpeaking = isLive && state === "speaking";
  $("interrupt").disabled = !isSpeaking;
  const label = isSpeaking ? "Speaking" : isLive && talk?.isMuted ? "Muted" : LABELS[root.dataset.state][1];
  const title = $("state").firstElementChild;
  if (title.textContent !== label) {
    title.textContent = label;
    say(isSpeaking ? "Duet speaks" : label);
  }
}

/** For those who hear the page. */
function say(text) { $("said").textContent = text; }

function notice(title, text, button, deed, isCalm = false) {
  const box = $("notice");
  box.classList.toggle("calm", isCalm);
  box.querySelector("h2").textContent = title;
  box.querySelector("p").textContent = text;
  const primary = box.querySelector(".primary");
  primary.textContent = button ?? "";
  primary.hidden = !button;
  primary.onclick = () => { box.hidden = true; deed?.(); };
  box.hidden = false;
}

const hush = () => { $("notice").hidden = true; };

// MARK: A conversation

class Talk {
  constructor() {
    Object.assign(this, { voice: new Voice(), latencies: new Latencies(), interruptions: 0, isMuted: false, isOver: false });
    this.lag = 0;
  }

  /** From the press of the button until it is live, or has failed. */
  async begin() {
    enter("asking");
    try {
      this.codec = await bestCodec(query.get("codec"));
      this.sound = new Sound(this.codec, this.hooks(), tap?.blocks);
      await this.sound.open();
      await this.connect();
    } catch (error) {
      if (!this.isOver) this.fail(error);
    }
  }

  /** A new session. Waits where the server is full. */
  async connect() {
    if (this.isOver) return;
    if (root.dataset.state === "asking") enter("connecting");
    this.session ??= new Session(this.codec, formatOf(this.codec), key.value, {
      event: (event) => this.receive(event), audio: (bytes, position) => this.sound.receive(bytes, position),
      flush: () => this.sound.flush(), lost: (why) => this.lose(why),
    });
    try {
      await this.session.start();
    } catch (error) {
      if (error.kind === "full" && !this.isOver) return this.await(error.health);
      throw error;
    }
    if (this.isOver) return this.session.close();
    this.goLive();
  }

  goLive() {
    hush();
    this.base = this.session.started;
    this.record = timeline.record = new Record(this.base);
    this.latencies.answered = -Infinity;
    root.classList.add("used");
    timeline.pan = 0;
    this.sound.restart();
    this.sound.flush();
    enter("live");
    showFigures(this);
  }

  /** Until somebody leaves. */
  async await(state) {
    enter("full");
    const count = state?.capacity ?? 0;
    notice(
      "Every place is taken.",
      `${count === 1 ? "The one conversation" : `All ${count} conversations`} this server can hold ${count === 1 ? "is" : "are"} in use. Yours begins by itself as soon as there is room; leave this page open.`,
      "Stop waiting", () => stop(), true);
    while (!this.isOver) {
      await pause(RETRY_MS);
      const now = await health();
      showCapacity(now);
      if (now?.status === "ok") return this.connect();
    }
  }

  hooks() {
    return {
      packet: (bytes) => { if (root.dataset.state === "live") this.session.sendAudio(bytes); },
      heard: ({ level, time }) => {
        const active = this.voice.hear(level, time);
        this.level = level;
        tap?.heard.push({ level, time });
        this.record?.level("you", time, level, active && level > 0);
      },
      played: (report) => this.played(report),
      onset: (time) => this.answer(time),
      unplugged: () => this.fail(new MicrophoneError("NotFoundError", "unplugged")),
      broken: () => this.fallBack(),
    };
  }

  // MARK: What the server tells

  receive(event) {
    const { session, record } = this;
    tap?.events.push({ ...event, time: performance.now() });
    switch (event.type) {
      case "session.input_transcript.delta": this.piece("you", event); break;
      case "session.output_transcript.delta": this.piece("duet", event); break;
      case "session.input_transcript.done":
        transcript.done("you", event);
        record.mark("end", this.timeOf(event.end_ms));
        if (event.text) say(`You: ${event.text}`);
        break;
      case "session.output_transcript.done":
        transcript.done("duet", event, session.played / 48);
        if (event.text) say(`Duet: ${event.text}`);
        break;
      case "session.state":
        if (event.state === "speaking") this.latencies.turnBegins();
        voice(event.state);
        if (!this.hasDecisions) this.decide(event);
        break;
      case "session.decision":
        this.hasDecisions = true;
        record.decision(this.timeOf(event.at_ms), event.action, session.sliceMs);
        break;
      case "session.interrupted": this.interrupted(event); break;
      case "session.go_away":
        notice("The server is about to restart.", `This conversation ends in ${Math.ceil(event.deadline_ms / 1000)} seconds.`, undefined, undefined, true);
        break;
      case "info": if (event.code === "overload") record.mark("server was late", performance.now()); break;
      case "session.closed": this.closed = event; break;
      case "error": console.warn("server:", event.error?.code, event.error?.message); break;
    }
  }

  /** Position in the session as page time. */
  timeOf(ms) { return this.base + ms; }

  piece(who, event) {
    transcript.piece(who, event);
    this.record.piece(who, this.timeOf(event.start_ms) + (who === "duet" ? this.lag : 0), event.delta);
  }

  /** A server that does not tell its decisions tells when they change. */
  decide({ state, at_ms }) {
    if (state === "speaking") this.spokeFrom = at_ms;
    else if (this.spokeFrom !== undefined) {
      this.record.decision(this.timeOf(at_ms) + this.lag, "speak", at_ms - this.spokeFrom);
      this.spokeFrom = undefined;
    }
  }

  interrupted() {
    this.interruptions += 1;
    this.record.mark("interrupted", performance.now());
    $("interruptions").textContent = this.interruptions;
    say("Interrupted");
  }

  // MARK: What is played

  played(report) {
    const { record, session } = this;
    this.report = report;
    tap?.reports.push(report);
    if (!record || !session) return;
    record.level("duet", report.time, report.level, report.level > 0.004);
    this.loudness = report.level;
    if (!report.isPlaying) return;
    session.played = Math.max(0, report.position);
    this.lag = report.time - this.base - report.position / 48;
  }

  answer(time) {
    const latency = this.latencies.sounds(time, this.voice.end);
    if (latency === undefined) return;
    this.record.turn(time - latency, time);
    transcript.latency(latency);
    showFigures(this);
  }

  // MARK: When something goes wrong

  /** A codec of the browser broke: the rest is said in plain samples. */
  fallBack() {
    if (this.codec === "pcm" || this.isOver) return;
    query.set("codec", "pcm");
    this.over();
    start();
  }

  async lose({ code, wasClosed }) {
    if (this.isOver) return;
    if (wasClosed) return this.end(code);
    const { session } = this, since = performance.now();
    this.refusals = 0;
    this.record?.mark("connection lost", since);
    enter("reconnecting");
    const seconds = session.resumeSeconds || RESUME_SECONDS;
    notice(
      "The connection was lost.",
      `Trying to get it back for ${seconds} seconds. Check your network if this lasts; what you say meanwhile is not heard.`, "Stop", () => stop());
    for (let wait = 300; performance.now() - since < 1000 * seconds && !this.isOver; wait = Math.min(3000, 1.6 * wait)) {
      if (await this.retry()) return;
      await pause(wait);
    }
    if (!this.isOver) this.fail({ kind: "lost" });
  }

  /** Whether the conversation goes on, or a new one has begun. */
  async retry() {
    const { session } = this;
    try {
      if (session.token !== undefined) {
        await session.resume();
        this.sound.restart();
        this.sound.flush();
        hush();
        enter("live");
        transcript.note("The connection was lost for a moment");
        return true;
      }
    } catch (error) {
      // Browsers do not tell "no such session" from other refusals, but that one stays.
      this.refusals += error.kind === "lost" ? 1 : 0;
      if (error.kind !== "refused" && this.refusals < REFUSALS_MAX) return false;
      session.token = undefined;
    }
    try {
      await session.start();
    } catch {
      return false;
    }
    transcript.note("The connection was lost; this is a new conversation");
    this.goLive();
    return true;
  }

  /** The server ended it. */
  end(code) {
    const reason = this.closed?.reason;
    this.over();
    enter("idle");
    transcript.close();
    if (reason === "close_requested") return;
    const isDraining = reason === "server_draining";
    notice(
      isDraining ? "The server was stopped." : "The server ended the conversation.",
      isDraining ? "It may be back in a moment." : `It gave the reason “${reason ?? code}”.`, "Talk again", start, true);
  }

  fail(error) {
    this.over();
    transcript.close();
    if (error.kind === "locked") return askForKey();
    enter("error");
    const [title, text, button] = explain(error);
    notice(title, text, button, start);
    say(`${title} ${text}`);
  }

  over() {
    this.isOver = true;
    this.session?.close();
    this.sound?.close();
    wake?.release();
    wake = undefined;
  }
}

/** What happened, what to do, and what the button says. */
function explain(error) {
  switch (error.name) {
    case "InsecureError":
      return ["This page may not use the microphone.", "Browsers allow it over https and on localhost alone. Open the page by one of these, say through a proxy that has a certificate.", undefined];
    case "NotAllowedError": case "SecurityError":
      return ["The microphone is blocked.", "Allow it for this page: choose the icon beside the address, switch the microphone on, then try again.", "Try again"];
    case "NotFoundError": case "OverconstrainedError":
      return ["No microphone was found.", "Plug one in or switch it on, check that the system’s sound settings list it, then try again.", "Try again"];
    case "NotReadableError": case "AbortError":
      return ["The microphone does not answer.", "Another program may be using it. Close that, or plug it in again, then try again.", "Try again"];
  }
  switch (error.kind) {
    case "unreachable":
      return ["The server does not answer.", "Check that it runs and that you are online, then try again.", "Try again"];
    case "draining":
      return ["The server is going away.", "It takes no new conversations. Try again in a moment.", "Try again"];
    case "refused":
      return ["The server refused the conversation.", error.message, "Try again"];
    case "lost":
      return ["The connection could not be restored.", "The conversation is over; what was said is kept below. Check your network, then begin a new one.", "Talk again"];
  }
  return ["This browser cannot hold the conversation.", `It says: ${error.message}. A current Chrome, Edge, Firefox or Safari can.`, "Try again"];
}

/** A small window; what is typed is tried at once. */
function askForKey() {
  enter("idle");
  $("unlock").querySelector("p").textContent = key.value
    ? "The server did not take this one." : "Whoever runs this server has one for you.";
  $("key").value = "";
  $("unlock").showModal();
}

// MARK: Deeds

function start() {
  hush();
  transcript.clear();
  root.classList.remove("muted");
  $("mute").setAttribute("aria-pressed", "false");
  for (const id of ["latency", "median", "interruptions", "buffer", "trip", "codec", "gaps"]) $(id).textContent = "–";
  talk = new Talk();
  talk.begin();
}

function stop() {
  hush();
  talk?.over();
  transcript.close();
  enter("idle");
  pollCapacity();
}

const isBusy = () => root.classList.contains("busy");
const toggle = () => (isBusy() ? stop() : start());

function mute() {
  if ($("mute").disabled) return;
  talk.isMuted = !talk.isMuted;
  talk.sound.mute(talk.isMuted);
  root.classList.toggle("muted", talk.isMuted);
  $("mute").setAttribute("aria-pressed", String(talk.isMuted));
  $("mute").querySelector("span").textContent = talk.isMuted ? "Unmute" : "Mute";
  voice(root.dataset.voice);
}

/** Falls silent here at once, there within a slice. */
function interrupt() {
  if ($("interrupt").disabled) return;
  talk.session.interrupt();
  talk.sound.hush(true);
  setTimeout(() => talk?.sound?.hush(false), 600);
}

let wake;
async function wakeLock() {
  try {
    wake ??= await navigator.wakeLock?.request("screen");
    wake?.addEventListener("release", () => { wake = undefined; });
  } catch {
    // The screen may go dark; nothing else depends on it.
  }
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// MARK: Figures

/** A number with its unit, small. */
function figure(id, value, unit) {
  const number = Number.isFinite(value) ? String(Math.round(value)) : "–";
  const shown = `${number}${unit}`;
  if ($(id).dataset.shown === shown) return;
  $(id).dataset.shown = shown;
  $(id).textContent = number;
  if (number === "–") return;
  $(id).append(element("small", "", unit));
}

function showFigures({ latencies, interruptions, codec }) {
  figure("latency", latencies.all.at(-1), "ms");
  figure("median", latencies.median, "ms");
  $("interruptions").textContent = interruptions;
  $("codec").textContent = codec === "opus" ? "Opus" : "PCM";
}

function showCapacity(state) {
  const isKnown = state?.capacity !== undefined;
  $("capacity").textContent = isKnown ? `${state.sessions} of ${state.capacity} in use` : state === undefined ? "Server away" : "";
}

/** Now and then, while nobody talks. */
async function pollCapacity() {
  if (document.hidden) return;
  showCapacity(await health());
}

function tick() {
  if (talk && !talk.isOver && root.dataset.state === "live") {
    const { report, session } = talk;
    $("state").lastElementChild.textContent = clock((performance.now() - talk.base) / 1000);
    figure("buffer", report?.bufferedMs, "ms");
    figure("trip", session.roundTripMs, "ms");
    figure("gaps", report?.underruns, "");
  }
}

/** Once a frame. */
function draw(now) {
  const isLive = root.dataset.state === "live";
  if (isLive) {
    const shape = (level) => Math.min(1, Math.max(0, (20 * Math.log10((level ?? 0) + 1e-6) + 50) / 40)).toFixed(3);
    root.style.setProperty("--you-level", shape(talk.isMuted ? 0 : talk.level));
    root.style.setProperty("--duet-level", shape(talk.loudness));
  }
  const isRunning = isLive || root.dataset.state === "reconnecting";
  const isDue = !timeline.calm.matches || now - timeline.now > 250;
  if (isRunning && talk.record && !timeline.pan && isDue) timeline.draw(now);
  requestAnimationFrame(draw);
}

// MARK: Keys and buttons

function look(ms) {
  timeline.scroll(ms);
  $("present").hidden = timeline.pan === 0;
}

$("toggle").onclick = toggle;
$("mute").onclick = mute;
$("interrupt").onclick = interrupt;
$("unlock").onsubmit = (event) => {
  event.preventDefault();
  key.value = $("key").value.trim();
  $("unlock").close();
  start();
};
$("unlock").querySelector(".plain").onclick = () => $("unlock").close();
$("present").onclick = () => look(-Infinity);
$("notice").querySelector(".plain").onclick = hush;
$("canvas").onwheel = (event) => {
  const along = Math.abs(event.deltaX) > Math.abs(event.deltaY) ? -event.deltaX : event.shiftKey ? -event.deltaY : 0;
  if (along) look(along * 10);
};
$("canvas").onkeydown = ({ key }) => {
  if (key === "ArrowLeft") look(1500);
  if (key === "ArrowRight") look(-1500);
};
addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || $("unlock").open) return;
  // A key on a button is the button's own.
  const isOnButton = event.target.closest?.("button");
  if (event.key === " " && !isOnButton) {
    event.preventDefault();
    toggle();
  } else if (event.key === "m" || event.key === "M") mute();
  else if (event.key === "Escape") interrupt();
});
addEventListener("pagehide", () => talk?.over());
document.addEventListener("visibilitychange", () => { if (!document.hidden && root.dataset.state === "live") wakeLock(); });
setInterval(tick, 250);
setInterval(pollCapacity, 5000);

enter("idle");
pollCapacity();
requestAnimationFrame(draw);
