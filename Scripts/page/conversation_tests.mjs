// Tests of the page's state: `node Scripts/page/conversation_tests.mjs`, and in the browser by Scripts/page-check.

/** The exports of conversation.js and wording.js. */
let page;

/** Returns one line per failing test of `exports`. */
export function failures(exports) {
  page = exports;
  return Object.entries(tests).flatMap(([name, test]) => {
    try {
      test();
      return [];
    } catch (error) {
      return [`${name}: ${error.message}`];
    }
  });
}

const same = (a, b) => {
  if (JSON.stringify(a) !== JSON.stringify(b)) throw new Error(`${JSON.stringify(a)} is not ${JSON.stringify(b)}`);
};
const truth = (value, what) => { if (!value) throw new Error(what); };

const server = (type, more = {}, cause = undefined) => ({ type: "server", event: { type: `session.${type}`, ...more }, cause });
const run = (...events) => events.reduce(page.next, page.START);
const live = (microphone = true) => [{ type: "start", microphone }, { type: "connecting" }, { type: "live" }];
const speaking = [...live(), server("state", { state: "speaking" }), server("output_transcript.delta", { delta: " once upon", start_ms: 80 })];
const stopped = (cause) => [
  ...speaking, server("interrupted", {}, cause), server("output_transcript.done", { text: "once upon a time", interrupted: true, heard: "once upon", start_ms: 80 }),
];
const words = (text, start_ms = 0) => [server("input_transcript.delta", { delta: ` ${text}`, start_ms }), server("input_transcript.done", { text, start_ms })];
const last = (state) => state.rows.at(-1);

const tests = {
  aPressAsksForTheMicrophoneThenItIsLive() {
    same(run({ type: "start", microphone: true }).phase, "asking");
    same(run(...live()).phase, "live");
    same(run(...live()).microphone, "on");
  },
  textNeedsNoMicrophone() {
    same(run({ type: "start", microphone: false }).phase, "connecting");
    same(run(...live(false)).microphone, "off");
  },
  whatComesAfterTheEndChangesNothing() {
    for (const end of [{ type: "stop" }, { type: "ended" }, { type: "failed", error: { kind: "lost" } }]) {
      const over = run(...speaking, end);
      for (const late of [{ type: "live" }, { type: "lost", seconds: 3 }, { type: "full" }, { type: "ended" }, { type: "failed", error: {} }, server("state", { state: "speaking" })])
        truth(page.next(over, late) === over, `${late.type} after ${end.type}`);
    }
  },
  everyEndClosesTheOpenTurns() {
    for (const end of [{ type: "stop" }, { type: "ended" }, { type: "failed", error: { kind: "lost" } }]) {
      const over = run(...speaking, end);
      truth(!over.rows.some((row) => row.isOpen), end.type);
      same([over.voice, over.microphone], ["listening", "off"]);
    }
  },
  anEndThatWasAskedForNeedsNoNotice() {
    same(run(...live(), server("closed", { reason: "close_requested" }), { type: "ended" }).notice, undefined);
    same(run(...live(), server("closed", { reason: "server_draining" }), { type: "ended" }).notice, { kind: "ended", reason: "server_draining" });
  },
  aLockedServerAsksForTheKey() {
    const locked = { type: "failed", error: { kind: "locked" } };
    same([run({ type: "start" }, locked).key, run({ type: "start" }, { ...locked, hadKey: true }).key], ["wanted", "wrong"]);
    same(run({ type: "start" }, locked, { type: "keyGiven" }).key, undefined);
    same(run({ type: "start" }, locked).phase, "idle");
  },
  piecesBecomeARowAndTheEndSetsItsText() {
    const open = run(...live(), server("input_transcript.delta", { delta: " what", start_ms: 400 }), server("input_transcript.delta", { delta: " day", start_ms: 800 }));
    same(last(open), { id: 0, who: "you", at: 400, text: "what day", isOpen: true });
    same(last(page.next(open, server("input_transcript.done", { text: "what day", start_ms: 400 }))).isOpen, false);
    same(page.next(open, server("input_transcript.done", { text: "", start_ms: 400 })).rows, []);
  },
  bothMaySpeakAtOnce() {
    const both = run(...speaking, ...words("stop"), server("output_transcript.delta", { delta: " a", start_ms: 900 }));
    same(both.rows.map(({ who, text }) => [who, text]), [["duet", "once upon a"], ["you", "stop"]]);
  },
  anInterruptionIsTheUsersAndABreakIsNot() {
    const user = run(...stopped("user")), self = run(...stopped("self"));
    same([last(user).stop, user.interruptions, last(user).heard], ["user", 1, "once upon"]);
    same([last(self).stop, self.interruptions], ["self", 0]);
  },
  theNextAnswerIsNotInterrupted() {
    const after = run(...stopped("self"), server("output_transcript.done", { text: "okay", interrupted: false, start_ms: 5000 }));
    same(last(after).stop, undefined);
    same(last(run(...stopped("self"), server("output_transcript.done", { text: "okay", interrupted: true, start_ms: 5000 }))).stop, "user");
  },
  muteNeedsAMicrophone() {
    same(run(...live(), { type: "mute" }).microphone, "muted");
    same(run(...live(), { type: "mute" }, { type: "mute" }).microphone, "on");
    same(run(...live(false), { type: "mute" }).microphone, "off");
  },
  aMicrophoneThatGoesAwayEndsNothing() {
    const without = run(...live(), { type: "noMicrophone", error: { name: "NotFoundError" } });
    same([without.phase, without.microphone, without.notice.kind], ["live", "off", "noMicrophone"]);
    same(run(...live(false), { type: "microphone" }).microphone, "on");
  },
  daysOfTalkStayBounded() {
    let state = run(...live());
    for (let i = 0; i < 2000; i++)
      state = [...words("hello", i), server("output_transcript.delta", { delta: " hello".repeat(2000), start_ms: i }), { type: "latency", ms: i }].reduce(page.next, state);
    same([state.rows.length, state.latencies.length], [page.ROWS_MAX, page.LATENCIES_MAX]);
    truth(state.rows.every((row) => row.text.length <= page.TEXT_MAX), "a row is too long");
    same(new Set(state.rows.map((row) => row.id)).size, page.ROWS_MAX);
  },
  helpIsThePagesAnswer() {
    for (const text of ["help", "Help!", "what can you do?", "What can I say", "please help me", "what can you do for me", "?"]) truth(page.asksForHelp(text), text);
    for (const text of ["can you help me with my cow", "what can i cook", "hello", "", undefined]) truth(!page.asksForHelp(text), text);
    same(run(...live(), ...words("what can you do")).rows.map((row) => row.who), ["you", "help"]);
    same(run({ type: "help" }).rows.map((row) => row.who), ["help"]);
  },
  aLostConnectionMayComeBack() {
    const lost = run(...speaking, { type: "lost", seconds: 30 });
    same([lost.phase, lost.notice.kind], ["reconnecting", "lost"]);
    const back = page.next(lost, { type: "live", note: "The connection was lost for a moment" });
    same([back.phase, back.voice, back.notice, last(back).who], ["live", "listening", undefined, "note"]);
  },
  /** Events in any order. */
  everyOrderOfEventsKeepsThePromises() {
    const events = [
      ...live(), ...live(false), { type: "full", capacity: 1 }, { type: "lost", seconds: 30 }, { type: "failed", error: { kind: "lost" } },
      { type: "failed", error: { kind: "locked" } }, { type: "ended" }, { type: "stop" }, { type: "mute" }, { type: "dismiss" }, { type: "help" },
      { type: "health", health: undefined }, { type: "health", health: { status: "ok", sessions: 0, capacity: 1 } }, { type: "microphone" },
      { type: "noMicrophone", error: { name: "NotFoundError" } }, { type: "latency", ms: 200 }, { type: "nonsense" }, ...stopped("user"), ...stopped("self"),
      ...words("hello"), server("go_away", { deadline_ms: 900 }), server("nonsense"),
    ];
    let seed = 1, state = page.START;
    for (let i = 0; i < 20000; i++) {
      seed = (seed * 48271) % 2147483647;
      state = page.next(state, events[seed % events.length]);
      const isBusy = page.isBusy(state);
      truth(state.voice === "listening" || state.phase === "live", `it speaks while ${state.phase}`);
      truth(isBusy || state.microphone === "off", `the microphone is ${state.microphone} while ${state.phase}`);
      truth(isBusy || !state.rows.some((row) => row.isOpen), "an open turn without a conversation");
      truth(state.rows.length <= page.ROWS_MAX && state.latencies.length <= page.LATENCIES_MAX, "too much is kept");
      const shown = [page.badge(state)[0], page.label(state), ...(state.notice ? [page.notice(state.notice).title, page.notice(state.notice).text] : [])];
      truth(shown.every((text) => typeof text === "string" && text && !/undefined|null|NaN/.test(text)), `words: ${shown}`);
    }
  },
  wordsAreWrittenAsPeopleWriteThem() {
    same(page.written("saturday comes after friday"), "Saturday comes after Friday");
    same(page.written("sorry i can not do that"), "Sorry I can not do that");
    same(page.written("what month comes after may"), "What month comes after May");
    same(page.written("march comes before april"), "March comes before April");
    same(page.written("you may march"), "You may march");
  },
  aServerThatIsAwayIsNotReady() {
    same(page.badge(run({ type: "health", health: undefined })), ["Server away", "bad"]);
    const badge = (status) => page.badge(run({ type: "health", health: { status } }))[0];
    same(["ok", "full", "draining", "stuck", "no_descriptors"].map(badge), ["Ready", "Full", "Restarting", "Not ready", "Not ready"]);
    same(page.badge(page.START), ["Ready", "calm"]);
    for (const kind of ["draining", "stuck", "no_descriptors"]) {
      const { notice } = run({ type: "start", microphone: false }, { type: "failed", error: { kind, message: "" } });
      truth(page.notice(notice).title.startsWith("The server is "), `${kind}: ${page.notice(notice).title}`);
    }
    same(page.capacity(run({ type: "health", health: undefined })), "");
  },
};

if (globalThis.process?.versions?.node) {
  const { readFileSync } = await import("node:fs");
  const text = (name) => readFileSync(new URL(`../../Sources/Service/Page/${name}`, import.meta.url), "utf8");
  // The page's modules import each other by server paths, which Node cannot resolve.
  const address = (name) => "data:text/javascript," + encodeURIComponent(text(name).replace(/(?<=from ")\/(\w+\.js)/g, (_, other) => address(other)));
  const load = (name) => import(address(name));
  const failed = failures({ ...await load("conversation.js"), ...await load("wording.js") });
  console.log(failed.join("\n") || "conversation: passed");
  process.exitCode = failed.length ? 1 : 0;
}
