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
  guessedWordsTurnIntoFinalOnes() {
    const guess = (text, at_ms) => server("input_transcript.guess", { text, at_ms });
    const begun = run(...live(), guess("", 240));
    same(last(begun), { id: 0, who: "you", at: 240, isOpen: true, text: "…", isGuess: true });
    same(page.next(begun, guess("", 900)).rows, []);
    const so = page.next(page.next(begun, guess("what they", 800)), guess("what day is", 1600));
    same([last(so).text, last(so).isGuess, so.rows.length], ["what day is", true, 1]);
    const over = words("what day is it", 2000).reduce(page.next, so);
    same([last(over).text, last(over).isGuess, last(over).isOpen, over.rows.length], ["what day is it", false, false, 1]);
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
  anAnswerCutOffByTheEndIsUnfinished() {
    for (const end of [{ type: "stop" }, { type: "ended" }, { type: "failed", error: { kind: "lost" } }, { type: "start", microphone: true }])
      same(run(...speaking, end).rows[0].isUnfinished, true);
    same(last(run(...speaking, server("output_transcript.done", { text: "once upon a time", start_ms: 80 }), { type: "stop" })).isUnfinished, undefined);
    same(run(...live(), server("input_transcript.delta", { delta: " what", start_ms: 0 }), { type: "stop" }).rows[0].isUnfinished, undefined);
  },
  aNewConversationKeepsTheLast() {
    const again = run(...stopped("user"), { type: "stop" }, ...live());
    same(again.rows.map(({ who, text }) => [who, text]), [["duet", "once upon a time"], ["note", "New conversation"]]);
    same([again.latencies, again.interruptions], [[], 0]);
    same(run(...stopped("user"), { type: "stop" }, { type: "start" }, { type: "failed", error: { kind: "unreachable" } }, ...live()).rows.length, 2);
    same(run({ type: "help" }, ...live()).rows.map(({ who }) => who), ["help"]);
    const ids = [...again.rows, last(page.next(again, { type: "help" }))].map(({ id }) => id);
    same(new Set(ids).size, 3);
  },
  whatIsTypedHasARowOfItsOwn() {
    const texts = (state) => state.rows.map(({ text, isTyped }) => [text, Boolean(isTyped)]);
    const typed = (text, at) => ({ type: "typed", text, at });
    same(texts(run(...live(), typed("12 + 7, Peter!", 500), ...words("twelve plus seven peter"))), [["12 + 7, Peter!", true]]);
    same(texts(run(...live(), typed("hello"), ...words("hello"), ...words("what day"))), [["hello", true], ["what day", false]]);
    const heard = [...live(), server("input_transcript.delta", { delta: " what day", start_ms: 0 }), typed("My name is Peter.", 300)];
    const both = [["what day", false], ["My name is Peter.", true]];
    same(texts(run(...heard)), both);
    truth(!run(...heard).rows.some((row) => row.isOpen), "an open row above what was typed");
    same(texts(run(...heard, ...words("what day my name is peter"))), both);
    same(texts(run(...heard, ...words("what day my name is peter and yours"))), [...both, ["and yours", false]]);
    // The turn may end before the server has the text.
    same(texts(run(...heard, server("input_transcript.done", { text: "what day", start_ms: 0 }), ...words("my name is peter"))), both);
    same(texts(run(...heard, server("input_transcript.done", { text: "what day", start_ms: 0 }), ...words("my name is peter"), ...words("yes"))), [...both, ["yes", false]]);
  },
  severalTypedTextsAreShownOnce() {
    const [monday, friday] = ["What day comes after Monday?", "What day comes after Friday?"].map((text) => ({ type: "typed", text, at: 0 }));
    const said = ["what day comes after monday", "what day comes after friday"];
    same(run(...live(), monday, friday, ...words(said[0]), ...words(said[1])).rows.length, 2);
    same(run(...live(), monday, friday, ...words(said.join(" "))).echoes, []);
    same(run(...live(), monday, ...words(said[0]), friday, ...words(said[1]), ...words("hello")).rows.length, 3);
    // Of this the server can say nothing, so nothing comes back.
    same(run(...live(), { type: "typed", text: "qqq", at: 0 }, ...words("hello")).rows.map(({ text }) => text), ["qqq", "hello"]);
    same(last(run(...live(), { type: "typed", text: "qqq", at: 0 }, ...words("hello"), ...words("yes").slice(0, 1))).text, "yes");
  },
  whatWasTypedFirstGetsTheTimeOfItsEcho() {
    const first = run({ type: "start", microphone: false, texts: ["hello"] }, { type: "live" });
    same([last(first).text, last(first).at, last(first).isTyped], ["hello", undefined, true]);
    same(last(page.next(first, server("input_transcript.delta", { delta: " hello", start_ms: 880 }))).at, 880);
  },
  aTextThatMetALockIsSentAfterTheKey() {
    const start = { type: "start", microphone: false, texts: ["hello"] };
    const locked = run(start, { type: "failed", error: { kind: "locked" } });
    same([locked.rows.length, last(locked).isUnsent], [1, true]);
    const again = run(start, { type: "failed", error: { kind: "locked" } }, { type: "keyGiven" }, start, { type: "live" }, ...words("hello"));
    same(again.rows.map(({ text, isUnsent }) => [text, isUnsent]), [["hello", undefined]]);
    same(run({ type: "typed", text: "hello" }).rows, []);
  },
  onlyTheMicrophonesErrorsAreTheMicrophones() {
    const title = (error) => page.notice(run({ type: "start", microphone: true }, { type: "failed", error }).notice).title;
    same(title({ kind: "microphone", name: "AbortError", message: "" }), "The microphone does not answer.");
    same(title({ name: "AbortError", message: "x" }), "This browser cannot hold the conversation.");
    same(title({ kind: "unreachable", name: "Error", message: "" }), "The server does not answer.");
  },
  wordsForScreenReadersStayWhenTheStateChanges() {
    same(run(...stopped("user"), server("state", { state: "listening" })).line.text, "Duet: once upon a time");
    const twice = run(...live(), ...words("yes")), again = [...words("yes")].reduce(page.next, twice);
    truth(again.line !== twice.line, "the same words said twice are one line");
  },
  aButtonKeepsItsNameWhilePressed() {
    same(page.microphoneLabel("on"), page.microphoneLabel("muted"));
  },
  /** Events in any order. */
  everyOrderOfEventsKeepsThePromises() {
    const events = [
      ...live(), ...live(false), { type: "full", capacity: 1 }, { type: "lost", seconds: 30 }, { type: "failed", error: { kind: "lost" } },
      { type: "failed", error: { kind: "locked" } }, { type: "ended" }, { type: "stop" }, { type: "mute" }, { type: "dismiss" }, { type: "help" },
      { type: "health", health: undefined }, { type: "health", health: { status: "ok", sessions: 0, capacity: 1 } }, { type: "microphone" },
      { type: "noMicrophone", error: { name: "NotFoundError" } }, { type: "latency", ms: 200 }, { type: "nonsense" }, ...stopped("user"), ...stopped("self"),
      { type: "start", microphone: false, texts: ["hello"] }, { type: "typed", text: "tell me a story", at: 90 },
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
      truth(isBusy || state.echoes.length === 0, "a text waits for its echo without a conversation");
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
