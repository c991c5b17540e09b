// The page's wording for states, errors and figures, and the spelling of transcripts.

import { isBusy } from "/conversation.js";

/** The badge at the top: its text and tone (calm, good, busy or bad). */
export function badge({ phase, server }) {
  if (isBusy({ phase })) return PHASES[phase].badge;
  if (server === "away") return ["Server away", "bad"];
  if (phase === "error") return ["Not connected", "bad"];
  return SERVERS[server?.status ?? "ok"] ?? ["Not ready", "bad"];
}

/** By the status in /health; "stuck" and "no_descriptors" are not ready. */
const SERVERS = { ok: ["Ready", "calm"], full: ["Full", "busy"], draining: ["Restarting", "busy"] };

export const capacity = ({ server }) => (server?.capacity === undefined ? "" : `${server.sessions} of ${server.capacity} in use`);

const PHASES = {
  idle: { label: "Talk" }, error: { label: "Talk" },
  asking: { label: "Allow the microphone", badge: ["Microphone", "busy"] },
  connecting: { label: "Connecting", badge: ["Connecting", "busy"] },
  live: { label: "Listening", badge: ["Live", "good"] },
  reconnecting: { label: "Reconnecting", badge: ["Reconnecting", "busy"] },
  full: { label: "Waiting for room", badge: ["Full", "busy"] },
};

/** The text below the button. */
export function label({ phase, voice, microphone }) {
  if (phase !== "live") return PHASES[phase].label;
  if (voice === "speaking") return "Speaking";
  return { on: "Listening", muted: "Muted", off: "Text only" }[microphone];
}

/** The name of the button stays while it is pressed: "pressed" says that the microphone is muted. */
export const microphoneLabel = (microphone) => ({ off: "Use mic", on: "Mute", muted: "Mute" })[microphone];

/** The page's answer to questions that the model cannot answer. */
export const HELP = "The page writes this, not Duet. Duet knows English and a few subjects: greetings, names and words to remember, sums, counting, spelling, opposites, animals, colors, days, months, capitals, stories. It obeys “stop”, “go on” and “say that again”. It understands speech better than text. Try:";

/** A notice: what happened, what to do, its button and action (start, retry, stop, type or microphone), and whether it is calm. */
export function notice({ kind, ...more }) {
  return NOTICES[kind](more);
}

const NOTICES = {
  full: ({ capacity }) => ({
    title: "Every place is taken.", button: "Stop waiting", deed: "stop", isCalm: true,
    text: `${capacity === 1 ? "The one conversation" : `All ${capacity ?? ""} conversations`} this server can hold ${capacity === 1 ? "is" : "are"} in use. Yours begins by itself as soon as there is room; leave this page open.`,
  }),
  lost: ({ seconds }) => ({
    title: "The connection was lost.", button: "Stop", deed: "stop",
    text: `Trying to get it back for ${seconds} seconds. Check your network if this lasts; what you say meanwhile is not heard.`,
  }),
  goingAway: ({ seconds }) => ({ title: "The server is about to restart.", text: `This conversation ends in ${seconds} seconds.`, isCalm: true }),
  ended: ({ reason }) => ({
    title: reason === "server_draining" ? "The server was stopped." : "The server ended the conversation.",
    text: reason === "server_draining" ? "It may be back in a moment." : REASONS[reason] ?? `It gave the reason “${reason ?? "none"}”.`,
    button: "Talk again", deed: "start", isCalm: true,
  }),
  failed: ({ error }) => (error.kind === "microphone" ? SILENCES[error.name] : FAULTS[error.kind]?.(error)) ?? unable(error),
  noMicrophone: ({ name }) => {
    const { title, text } = SILENCES[name] ?? unable({ message: name });
    return { title, text: `${text} The conversation goes on: you can type.`, button: "Try again", deed: "microphone" };
  },
};

export const REASONS = {
  expired: "It had lasted as long as the server allows.",
  gave_way: "The server was full and somebody else was waiting.", too_slow: "Your connection was too slow.",
};

const microphone = (title, text) => ({ title, text, button: "Try again", deed: "retry", second: "Type instead" });
const blocked = microphone(
  "The microphone is blocked.", "Allow it for this page: choose the icon beside the address, switch the microphone on, then try again.");
const missing = microphone(
  "No microphone was found.", "Plug one in or switch it on, check that the system’s sound settings list it, then try again.");
const mute = microphone(
  "The microphone does not answer.", "Another program may be using it. Close that, or plug it in again, then try again.");

/** Why there is no microphone, by the names of the browser's errors. */
export const SILENCES = {
  InsecureError: {
    title: "This page may not use the microphone.", button: "Type instead", deed: "type",
    text: "Browsers allow it over https and on localhost alone. Open the page by one of these, say through a proxy that has a certificate.",
  },
  NotAllowedError: blocked, SecurityError: blocked, NotFoundError: missing, OverconstrainedError: missing,
  NotReadableError: mute, AbortError: mute,
};

/** By the kind of a SessionError. */
export const FAULTS = {
  unreachable: () => again("The server does not answer.", "Check that it runs and that you are online, then try again."),
  draining: () => again("The server is going away.", "It takes no new conversations. Try again in a moment."),
  stuck: () => again("The server is not ready.", "A part of it has stopped, and the rest has no room. Try again in a moment; if this lasts, it must be restarted."),
  no_descriptors: () => again("The server is not ready.", "It can open no more connections. Try again in a moment; if this lasts, whoever runs it must allow it more."),
  refused: ({ message }) => again("The server refused the conversation.", message),
  lost: () => again("The connection could not be restored.", "The conversation is over; what was said is kept below. Check your network, then begin a new one."),
};

const again = (title, text) => ({ title, text, button: "Try again", deed: "retry" });
const unable = ({ message }) =>
  again("This browser cannot hold the conversation.", `It says: ${message}. A current Chrome, Edge, Firefox or Safari can.`);

// MARK: Transcripts

const NAMES = new Set((
  "monday tuesday wednesday thursday friday saturday sunday january february april june july august september october november december "
  + "anna ben carol david emma frank henry laura martin nina oliver peter rosa simon tom alice daniel julia kevin maria paul sarah victor ada "
  + "france paris italy rome spain madrid germany berlin japan tokyo england london norway oslo greece athens austria vienna egypt cairo russia "
  + "moscow beijing portugal lisbon sweden stockholm ireland dublin poland warsaw china america brazil canada mexico india kenya english i"
).split(" "));
/** Months that are also words: capitalized only next to a phrase about months. */
const MONTH = /\b(month comes (?:after|before) |comes (?:after|before) |^)(march|may)\b(?=$| comes)/g;

/** Capitalizes a transcript, which arrives in lower case without punctuation. Word boundaries stay. */
export function written(text) {
  const words = text.replace(MONTH, (_, before, month) => before + capital(month)).split(" ");
  return capital(words.map(spelled).join(" "));
}

/** One word, anywhere in a sentence. */
export const spelled = (word) => (NAMES.has(word) ? capital(word) : word);

const capital = (word) => word.charAt(0).toUpperCase() + word.slice(1);
