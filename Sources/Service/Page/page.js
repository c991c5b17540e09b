// Connects the page: events change the state, the view shows it; keys and buttons send events.

import { START, asksForHelp, isBusy, isSpeaking, next } from "/conversation.js";
import { health } from "/session.js";
import { Talk } from "/talk.js";
import { Timeline, clock } from "/timeline.js";
import { View, figure } from "/view.js";

const $ = (id) => document.getElementById(id);
const root = document.documentElement, query = new URLSearchParams(location.search);
const timeline = new Timeline($("canvas"));
/** With `?record`: what was heard and played, and all events, for an automatic check. */
const tap = query.has("record") ? (globalThis.recorded = { heard: [], blocks: [], reports: [], events: [] }) : undefined;

/** The server's key, for this tab only. A link may carry it after `#key=`, which browsers do not send to servers. */
const key = {
  get value() { return sessionStorage.getItem("key") ?? undefined; },
  set value(text) { sessionStorage.setItem("key", text); },
  forget: () => sessionStorage.removeItem("key"),
};
const given = new URLSearchParams(location.hash.slice(1)).get("key");
if (given) {
  key.value = given;
  history.replaceState(null, "", location.pathname + location.search);
}

// MARK: The state, and the effects of its changes

let state = START;
/** The current conversation, or the last one. */
let talk;
/** What the current conversation began with, to begin again if it fails: {microphone, texts}. */
let attempt = { microphone: true, texts: [] };

function dispatch(event) {
  const before = state;
  state = next(before, event);
  if (state === before) return;
  if (state.key === "wrong") key.forget();
  if (state.microphone === "on") attempt.microphone = true;
  if (isBusy(before) && !isBusy(state)) leave();
  if (state.phase === "live" && before.phase !== "live") enter();
  view.show(state, before);
}

function enter() {
  if (timeline.record !== talk.record) {
    timeline.record = talk.record;
    look(-Infinity);
  }
  set("codec", talk.codec === "opus" ? "Opus" : "PCM");
  // The server has the texts now.
  attempt = { ...attempt, texts: [] };
  wakeLock();
  pollServer();
}

function leave() {
  talk.close();
  wake?.release();
  wake = undefined;
  pollServer();
}

// MARK: Actions

/** `microphone`: whether to use one. `texts` are sent first. */
function begin({ microphone, texts = [], codec = query.get("codec") ?? undefined }) {
  attempt = { microphone, texts };
  talk?.close();
  for (const id of ["buffer", "trip", "codec", "gaps"]) set(id, "–");
  talk = new Talk({ microphone, codec, key: key.value, tap }, dispatch, () => begin({ ...attempt, microphone: state.microphone !== "off", codec: "pcm" }));
  dispatch({ type: "start", microphone, texts });
  for (const text of texts) talk.tell(text);
  talk.begin();
}

const deeds = {
  start: () => begin({ microphone: true }),
  /** Begins again as before, with the texts that were not sent. */
  retry: () => begin(attempt),
  stop: () => dispatch({ type: "stop" }),
  dismiss: () => dispatch({ type: "dismiss" }),
  type: () => {
    dispatch({ type: "dismiss" });
    $("text").focus();
  },
  microphone: () => talk.useMicrophone(),
  /** A typed text or an example. If there is no conversation, starts one without the microphone. */
  ask: (text) => {
    if (asksForHelp(text)) return dispatch({ type: "help" });
    if (!isBusy(state)) return begin({ microphone: false, texts: [text] });
    if (!talk.tell(text)) return;
    if (state.phase === "live") return dispatch({ type: "typed", text, at: performance.now() - talk.base });
    attempt.texts.push(text);
    dispatch({ type: "typed", text });
  },
  toggle: () => (isBusy(state) ? deeds.stop() : deeds.start()),
  mute: () => {
    if (state.phase !== "live") return;
    if (state.microphone === "off") return deeds.microphone();
    dispatch({ type: "mute" });
    talk.mute(state.microphone === "muted");
  },
  interrupt: () => { if (isSpeaking(state)) talk.interrupt(); },
};

let wake;
async function wakeLock() {
  try {
    wake ??= await navigator.wakeLock?.request("screen");
    wake?.addEventListener("release", () => { wake = undefined; });
  } catch {
    // Without a wake lock the screen may turn off; nothing else depends on it.
  }
}

/** Polls the server while the page is visible. */
async function pollServer() {
  if (!document.hidden) dispatch({ type: "health", health: await health() });
}

// MARK: Continuous updates

function set(id, text) {
  delete $(id).dataset.shown;
  $(id).textContent = text;
}

function tick() {
  if (state.phase !== "live") return;
  $("state").lastElementChild.textContent = clock((performance.now() - talk.base) / 1000);
  figure("buffer", talk.figures?.bufferedMs, "ms");
  figure("trip", talk.session.roundTripMs, "ms");
  figure("gaps", talk.figures?.underruns, "");
}

/** Runs once per frame. */
function draw(now) {
  if (state.phase === "live") {
    const shape = (level) => Math.min(1, Math.max(0, (20 * Math.log10((level ?? 0) + 1e-6) + 50) / 40)).toFixed(3);
    root.style.setProperty("--you-level", shape(state.microphone === "on" ? talk.level : 0));
    root.style.setProperty("--duet-level", shape(talk.loudness));
  }
  const isRunning = state.phase === "live" || state.phase === "reconnecting";
  const isDue = !timeline.calm.matches || now - timeline.now > 250;
  if (isRunning && !timeline.pan && isDue) timeline.draw(now);
  requestAnimationFrame(draw);
}

function look(ms) {
  timeline.scroll(ms);
  $("present").hidden = timeline.pan === 0;
}

// MARK: Keys and buttons

const view = new View(deeds);

$("toggle").onclick = deeds.toggle;
$("mute").onclick = deeds.mute;
$("interrupt").onclick = deeds.interrupt;
$("compose").onsubmit = (event) => {
  event.preventDefault();
  const text = $("text").value.trim();
  $("text").value = "";
  if (text) deeds.ask(text);
};
$("unlock").querySelector("form").onsubmit = (event) => {
  event.preventDefault();
  key.value = $("key").value.trim();
  dispatch({ type: "keyGiven" });
  deeds.retry();
};
$("unlock").onclose = () => dispatch({ type: "keyGiven" });
$("unlock").querySelector(".plain").onclick = () => $("unlock").close();
$("present").onclick = () => look(-Infinity);
$("canvas").onwheel = (event) => {
  const along = Math.abs(event.deltaX) > Math.abs(event.deltaY) ? -event.deltaX : event.shiftKey ? -event.deltaY : 0;
  if (along) look(along * 10);
};
$("canvas").onkeydown = ({ key }) => {
  if (key === "ArrowLeft") look(1500);
  if (key === "ArrowRight") look(-1500);
};
addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || state.key) return;
  if (event.key === "Escape") return deeds.interrupt();
  // A focused button or text box handles its own keys.
  if (event.target.closest?.("button, input")) return;
  if (event.key === " ") {
    event.preventDefault();
    deeds.toggle();
  } else if (event.key === "m" || event.key === "M") deeds.mute();
});
addEventListener("pagehide", () => talk?.close());
document.addEventListener("visibilitychange", () => { if (!document.hidden && state.phase === "live") wakeLock(); });
setInterval(tick, 250);
setInterval(pollServer, 5000);

view.show(state);
pollServer();
requestAnimationFrame(draw);
