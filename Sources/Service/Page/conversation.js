// The state of a conversation and how events change it: `next(state, event)`. Pure: no DOM, no clock.

/** Transcript rows and latencies that are kept, and characters per row. */
export const ROWS_MAX = 300, LATENCIES_MAX = 200, TEXT_MAX = 4000;

/**
 * `phase`: idle, asking (for the microphone), connecting, live, reconnecting, full (waiting for room) or error.
 * `voice`: the server's decision, listening or speaking. `microphone`: off, on or muted.
 * `notice`: the box above the transcript, see wording.js. `key`: undefined, "wanted" or "wrong".
 * `server`: the last answer of /health, "away" if there was none. `said`: text for screen readers.
 * A row: {id, who: you | duet | note | help, at: milliseconds, text, isOpen}; Duet's may also have `latency`, `stop` (who caused
 * it: "user" or "self") and `heard`, the text played before the stop.
 */
export const START = Object.freeze({
  phase: "idle", voice: "listening", microphone: "off", notice: undefined, key: undefined, server: undefined, said: "",
  rows: Object.freeze([]), rowCount: 0, latencies: Object.freeze([]), interruptions: 0, stop: undefined, reason: undefined,
});

export const isBusy = ({ phase }) => !["idle", "error"].includes(phase);
export const isSpeaking = ({ phase, voice }) => phase === "live" && voice === "speaking";

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b), middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The state after `event`; the same object if nothing changes. */
export function next(state, event) {
  return EVENTS[event.type]?.(state, event) ?? state;
}

// MARK: Events of the user and the connection

const EVENTS = {
  /** `microphone`: whether to use one. Discards the previous conversation. */
  start: ({ server }, { microphone }) => ({ ...START, server, phase: microphone ? "asking" : "connecting", microphone: microphone ? "on" : "off" }),
  connecting: (state) => (state.phase === "asking" ? { ...state, phase: "connecting" } : state),
  /** `note`: text to show if the connection or the session is a new one. */
  live: (state, { note }) => (isBusy(state) ? noted({ ...state, phase: "live", voice: "listening", notice: undefined }, note) : state),
  full: (state, { capacity }) => (state.phase === "connecting" ? { ...state, phase: "full", notice: { kind: "full", capacity } } : state),
  lost: (state, { seconds }) =>
    (state.phase === "live" ? { ...state, phase: "reconnecting", voice: "listening", notice: { kind: "lost", seconds } } : state),
  /** `hadKey`: whether the client sent a key. */
  failed: (state, { error, hadKey }) => (isBusy(state) ? failed(state, error, hadKey) : state),
  /** The server closed the session. */
  ended: (state) => (isBusy(state) ? ended(state, state.reason === "close_requested" ? undefined : { kind: "ended", reason: state.reason }) : state),
  stop: (state) => (isBusy(state) ? ended(state, undefined) : state),
  mute: (state) => {
    const microphone = { on: "muted", muted: "on" }[state.microphone];
    return state.phase === "live" && microphone ? { ...state, microphone } : state;
  },
  microphone: (state) => (isBusy(state) ? { ...state, microphone: "on", notice: undefined } : state),
  /** The microphone is unplugged or unavailable; the conversation goes on without it. */
  noMicrophone: (state, { error }) => (isBusy(state) ? { ...state, microphone: "off", notice: { kind: "noMicrophone", name: error.name } } : state),
  dismiss: (state) => (state.notice ? { ...state, notice: undefined, phase: state.phase === "error" ? "idle" : state.phase } : state),
  keyGiven: (state) => (state.key ? { ...state, key: undefined } : state),
  health: (state, { health }) => ({ ...state, server: health ?? "away" }),
  help: (state) => helped(state),
  /** From the end of the user's speech to the first sound of the answer. */
  latency: (state, { ms }) => measured(state, ms),
  server: (state, { event, cause }) => (state.phase === "live" ? SERVER[event.type]?.(state, event, cause) : undefined),
};

function ended(state, notice) {
  const rows = state.rows.map((row) => (row.isOpen ? { ...row, isOpen: false } : row));
  return { ...state, phase: "idle", voice: "listening", microphone: "off", notice, rows };
}

function failed(state, { name, kind, message }, hadKey) {
  if (kind === "locked") return { ...ended(state, undefined), key: hadKey ? "wrong" : "wanted" };
  return { ...ended(state, { kind: "failed", error: { name, kind, message } }), phase: "error" };
}

function measured(state, ms) {
  const rows = state.rows.map((row) => (row.isOpen && row.who === "duet" ? { ...row, latency: ms } : row));
  return { ...state, rows, latencies: [...state.latencies, ms].slice(-LATENCIES_MAX) };
}

// MARK: Events of the server

const SERVER = {
  "session.input_transcript.delta": (state, event) => piece(state, "you", event),
  "session.output_transcript.delta": (state, event) => piece(state, "duet", event),
  "session.input_transcript.done": (state, event) => {
    const after = done(state, "you", event, {});
    return asksForHelp(event.text) ? helped(after) : after;
  },
  "session.output_transcript.done": (state, event) => done(state, "duet", event, event.interrupted ? { stop: state.stop ?? "user", heard: event.heard } : {}),
  "session.state": (state, event) => ({ ...state, voice: event.state === "speaking" ? "speaking" : "listening" }),
  /** `cause`: "user" if the user spoke, typed or pressed the button just before, otherwise "self". */
  "session.interrupted": (state, _, cause) => ({
    ...state, stop: cause, interruptions: state.interruptions + (cause === "user"), said: cause === "user" ? "Interrupted" : "Duet broke off",
  }),
  "session.go_away": (state, event) => ({ ...state, notice: { kind: "goingAway", seconds: Math.ceil(event.deadline_ms / 1000) } }),
  "session.closed": (state, event) => ({ ...state, reason: event.reason }),
};

/** Questions about the page itself: the page answers them, because the model cannot. */
export const asksForHelp = (text) =>
  /^(\?|(please )?help( me)?( please)?|what (can|could|should|do) (you|i) (do|say|ask|know|try|talk about)( you| for me| here)?|what are you able to do)$/
    .test(plain(text));

const plain = (text) => (text ?? "").trim().toLowerCase().replace(/(?<=.)[?.!]+$/, "");

const name = { you: "You", duet: "Duet" };

function piece(state, who, { delta, start_ms }) {
  const i = state.rows.findLastIndex((row) => row.who === who && row.isOpen);
  if (i < 0) return added(state, { who, at: start_ms, text: delta.trimStart(), isOpen: true });
  return replaced(state, i, { text: (state.rows[i].text + delta).slice(-TEXT_MAX) });
}

function done(state, who, { text, start_ms }, more) {
  const i = state.rows.findLastIndex((row) => row.who === who && row.isOpen);
  if (!text) return i < 0 ? state : { ...state, rows: state.rows.toSpliced(i, 1) };
  const all = { text: text.slice(-TEXT_MAX), isOpen: false, ...more };
  const after = i < 0 ? added(state, { who, at: start_ms, ...all }) : replaced(state, i, all);
  return { ...after, said: `${name[who]}: ${text}`, stop: who === "duet" ? undefined : state.stop };
}

const helped = (state) => added(state, { who: "help", at: undefined, text: "", isOpen: false });
const noted = (state, text) => (text ? added(closed(state), { who: "note", at: undefined, text, isOpen: false }) : state);
/** Closes turns whose end was lost with the connection. */
const closed = (state) => ({ ...state, rows: state.rows.map((row) => (row.isOpen ? { ...row, isOpen: false } : row)) });

function added(state, row) {
  const rows = [...state.rows, { id: state.rowCount, ...row }].slice(-ROWS_MAX);
  return { ...state, rows, rowCount: state.rowCount + 1 };
}

const replaced = (state, i, change) => ({ ...state, rows: state.rows.with(i, { ...state.rows[i], ...change }) });
