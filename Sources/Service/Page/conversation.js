// The state of a conversation and how events change it: `next(state, event)`. Pure: no DOM, no clock.

/** Transcript rows and latencies that are kept, and characters per row. */
export const ROWS_MAX = 300, LATENCIES_MAX = 200, TEXT_MAX = 4000;

/**
 * `phase`: idle, asking (for the microphone), connecting, live, reconnecting, full (waiting for room) or error.
 * `voice`: the server's decision, listening or speaking. `microphone`: off, on or muted.
 * `notice`: the box above the transcript, see wording.js. `key`: undefined, "wanted" or "wrong".
 * `server`: the last answer of /health, "away" if there was none. `line`: {text}, the last words for screen readers.
 * A row: {id, who: you | duet | note | help, at: milliseconds, text, isOpen}; Duet's may also have `latency`, `stop` (who caused
 * it: "user" or "self"), `heard` (the text played before the stop) and `isUnfinished`; a text that was typed has `isTyped`, and
 * `isUnsent` if the conversation ended before the server had it. `isGuess`: the words may yet change. `echoes`: ids of typed rows that the server has not repeated yet.
 */
export const START = Object.freeze({
  phase: "idle", voice: "listening", microphone: "off", notice: undefined, key: undefined, server: undefined, line: undefined,
  rows: Object.freeze([]), rowCount: 0, echoes: Object.freeze([]), latencies: Object.freeze([]), interruptions: 0, stop: undefined, reason: undefined,
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
  /** `microphone`: whether to use one. `texts` are sent first; those that an earlier attempt could not send move here. */
  start: (state, { microphone, texts = [] }) => {
    const isAgain = (row) => (row.isUnsent || state.echoes.includes(row.id)) && texts.includes(row.text);
    const rows = closed(state).rows.filter((row) => !isAgain(row));
    const fresh = { ...START, server: state.server, rows, rowCount: state.rowCount };
    const begun = { ...separated(fresh), phase: microphone ? "asking" : "connecting", microphone: microphone ? "on" : "off" };
    return texts.reduce((all, text) => typed(all, { text }), begun);
  },
  /** The user wrote `text`. `at` is undefined before the conversation is live. */
  typed: (state, event) => (isBusy(state) ? typed(state, event) : state),
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
  const rows = closed(state).rows.map((row) => (state.echoes.includes(row.id) ? { ...row, isUnsent: true } : row));
  return { ...state, phase: "idle", voice: "listening", microphone: "off", notice, rows, echoes: [] };
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
  "session.input_transcript.delta": (state, event) => (state.echoes.length ? timed(state, event) : piece(state, "you", event)),
  "session.input_transcript.guess": (state, event) => guessed(state, event),
  "session.output_transcript.delta": (state, event) => piece(state, "duet", event),
  "session.input_transcript.done": (state, event) => {
    const after = state.echoes.length && event.text ? echoed(state, event) : done(state, "you", event, {});
    return asksForHelp(event.text) ? helped(after) : after;
  },
  "session.output_transcript.done": (state, event) => done(state, "duet", event, event.interrupted ? { stop: state.stop ?? "user", heard: event.heard } : {}),
  "session.state": (state, event) => ({ ...state, voice: event.state === "speaking" ? "speaking" : "listening" }),
  /** `cause`: "user" if the user spoke, typed or pressed the button just before, otherwise "self". */
  "session.interrupted": (state, _, cause) => ({
    ...state, stop: cause, interruptions: state.interruptions + (cause === "user"), line: { text: cause === "user" ? "Interrupted" : "Duet broke off" },
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
  const { text, isGuess } = state.rows[i];
  return replaced(state, i, isGuess ? { text: delta.trimStart(), isGuess: false } : { text: (text + delta).slice(-TEXT_MAX) });
}

/** The words of the user's turn so far. None: the turn begins, or nothing was said after all. */
function guessed(state, { text, at_ms }) {
  const i = state.rows.findLastIndex((row) => row.who === "you" && row.isOpen), words = { text: text.slice(-TEXT_MAX) || "…", isGuess: true };
  if (i < 0) return added(state, { who: "you", at: at_ms, isOpen: true, ...words });
  if (!state.rows[i].isGuess) return state;
  return text ? replaced(state, i, words) : { ...state, rows: state.rows.toSpliced(i, 1) };
}

function done(state, who, { text, start_ms }, more) {
  const i = state.rows.findLastIndex((row) => row.who === who && row.isOpen);
  if (!text) return i < 0 ? state : { ...state, rows: state.rows.toSpliced(i, 1) };
  const all = { text: text.slice(-TEXT_MAX), isOpen: false, ...(state.rows[i]?.isGuess ? { isGuess: false } : {}), ...more };
  const after = i < 0 ? added(state, { who, at: start_ms, ...all }) : replaced(state, i, all);
  return { ...after, line: { text: `${name[who]}: ${text}` }, stop: who === "duet" ? undefined : state.stop };
}

// MARK: Typed texts
// The server treats a typed text as if it had been said, and its transcript repeats it. The page shows it once, as it was written.

/** Closes the user's open row: what is typed has a row of its own. */
function typed(state, { text, at }) {
  const rows = state.rows.map((row) => (row.isOpen && row.who === "you" ? { ...row, isOpen: false, isCut: true } : row));
  const after = added({ ...state, rows }, { who: "you", at, text: text.slice(0, TEXT_MAX), isOpen: false, isTyped: true });
  return { ...after, echoes: [...state.echoes, state.rowCount] };
}

/** A text that was typed before the conversation was live gets the time at which the server took it. */
function timed(state, { start_ms }) {
  const i = state.rows.findIndex(({ id }) => id === state.echoes[0]);
  return i < 0 || state.rows[i].at !== undefined ? state : replaced(state, i, { at: start_ms });
}

/** The end of a turn while typed texts wait for their echo: that of one or more of them, or of speech just before. */
function echoed(state, event) {
  const cut = state.rows.findLastIndex((row) => row.isCut);
  const after = { ...state, rows: state.rows.map(({ isCut, ...row }, i) => (isCut ? row : state.rows[i])) };
  const count = repeated(state, event.text);
  if (count > 0) {
    const rest = spokenAfter(state.rows.find(({ id }) => id === state.echoes[count - 1])?.text ?? "", event.text);
    return done({ ...after, echoes: state.echoes.slice(count) }, "you", { ...event, text: rest }, {});
  }
  const isEarlier = cut >= 0 && event.text.startsWith(state.rows[cut].text);
  if (isEarlier) return replaced(after, cut, { text: event.text.slice(-TEXT_MAX) });
  // A text of which nothing can be said has no echo.
  return done({ ...after, echoes: state.echoes.slice(1) }, "you", event, {});
}

/** What was said after `text` in the same turn. Known only if `text` is plain words: others come back differently. */
function spokenAfter(text, transcript) {
  if (!/^[a-z\s.,!?]+$/i.test(text)) return "";
  const words = text.toLowerCase().match(/[a-z]+/g)?.join(" ") ?? "", at = transcript.lastIndexOf(words);
  return words && at >= 0 ? transcript.slice(at + words.length).trim() : "";
}

/** Up to which of the waiting texts `transcript` repeats them. Numbers and signs come back as words, so most words must match. */
function repeated({ rows, echoes }, transcript) {
  const left = transcript.split(" ");
  let count = 0;
  echoes.forEach((id, i) => {
    const words = (rows.find((row) => row.id === id)?.text ?? "").toLowerCase().match(/[a-z]+/g) ?? [];
    const found = words.filter((word) => left.includes(word));
    if (left.length === 0 || found.length < 0.6 * words.length) return;
    for (const word of found) if (left.includes(word)) left.splice(left.indexOf(word), 1);
    count = i + 1;
  });
  return count;
}

const helped = (state) => added(state, { who: "help", at: undefined, text: "", isOpen: false });
const NEW = "New conversation";
/** Keeps the last conversation above a note. */
const separated = (state) =>
  (state.rows.some(({ who }) => name[who]) && state.rows.at(-1).text !== NEW ? added(state, { who: "note", at: undefined, text: NEW, isOpen: false }) : state);
const noted = (state, text) => (text ? added(closed(state), { who: "note", at: undefined, text, isOpen: false }) : state);
/** Closes turns whose end was lost with the connection. */
const closed = (state) => ({ ...state, rows: state.rows.map((row) => (row.isOpen ? shut(row) : row)) });
const shut = (row) => ({ ...row, isOpen: false, ...(row.who === "duet" ? { isUnfinished: true } : {}) });

function added(state, row) {
  const rows = [...state.rows, { id: state.rowCount, ...row }].slice(-ROWS_MAX);
  return { ...state, rows, rowCount: state.rowCount + 1 };
}

const replaced = (state, i, change) => ({ ...state, rows: state.rows.with(i, { ...state.rows[i], ...change }) });
