// The machine of responses over random orders of events: what holds in every one of them.

import Basics
import Testing

@testable import Wire

@Suite struct RealtimeResponsesTests {
    /// What a client has been told of the response that is under way.
    private struct Told {
        let id: String, isText: Bool
        var hasBegun = false
        /// Items so far, the ids of its calls, and whether it must end with the present slice.
        var items = 0, calls: [String] = []
        var isFailed = false
        var words: [String] = []
        var slices = 0
        var cut: Int64?
        /// Slices that are left for it to begin.
        var patience: Int
    }

    /// One order of events, and what came of it.
    private struct Run: RandomOrder {
        private static let patience = 3
        private var random: Random
        private var responses = RealtimeResponses(), ids = RealtimeIDs(chance: 1)
        private var told: Told?
        private var finished: Set<String> = []
        private var slices = 0, counted = 0
        /// The status that the response must end with, where the event at hand says so.
        private var status: RealtimeResponse.Status?
        private var isSlice = false
        /// Slices left in which the model may hear the end of the user's turn.
        private var listening: Int?
        private(set) var log: [String] = []
        var faults: [String] = []

        init(seed: UInt64) { random = Random(seed: seed) }

        mutating func step() {
            let isText = random.below(4) == 0
            switch random.below(20) {
            case 0, 1: create(isText: isText)
            case 2...4: word(isText: isText)
            case 5: speak(isText: isText)
            case 6: fallSilent()
            case 7: change("say") { run, _ in run.responses.say() }
            case 8: breakOff()
            case 9: cancel()
            case 10: listen(slices: random.below(4))
            case 11: cut(at: 80 * Int64(random.below(4)))
            case 12: wait(slices: random.below(4))
            case 13, 14: call(isText: isText)
            case 15: fail(isText: isText)
            default: slice(isSilent: random.below(2) == 0, isHeard: random.below(4) > 0)
            }
        }

        // MARK: Events

        private mutating func create(isText: Bool) {
            let wasIdle = responses.isIdle
            let changes = change("create") {
                let new = RealtimeResponse(id: $0.ids.next("resp"), itemID: $0.ids.next("item"), isText: isText)
                $0.responses.create(new, patience: Self.patience, into: &$1)
            }
            hold(changes == (wasIdle ? 1 : 0), "one response at a time")
        }

        private mutating func word(isText: Bool) {
            let sounded = responses.sounds
            change("word") { $0.responses.word(" w\($0.log.count)", slice: 80, isText: isText, &$0.ids, into: &$1) }
            hold(told?.words.isEmpty == false && responses.isAnswering, "a word is a response's")
            hold(responses.sounds == sounded, "a word does not change whether one hears something")
        }

        private mutating func speak(isText: Bool) {
            change("speak") { $0.responses.speak(isText: isText, &$0.ids, into: &$1) }
            hold(responses.isAnswering && responses.sounds, "who speaks is heard")
        }

        private mutating func call(isText: Bool) {
            let sounded = responses.sounds, wasAnswering = responses.isAnswering
            change("call") {
                let call = ToolCall(id: "c\($0.log.count)", name: "f", arguments: "{}")
                let item = RealtimeItem(id: $0.ids.next("item"), call: call)
                $0.responses.call(item, isText: isText, &$0.ids, into: &$1)
            }
            hold(told?.calls.isEmpty == false, "a call is a response's")
            hold(
                responses.sounds == sounded && responses.isAnswering == wasAnswering,
                "a call does not change what is being said")
        }

        private mutating func fail(isText: Bool) {
            change("fail") { $0.responses.fail("why", patience: Self.patience, isText: isText, &$0.ids, into: &$1) }
            told?.isFailed = true
            if told?.hasBegun == false { told!.patience = Self.patience }
        }

        private mutating func fallSilent() {
            change("silent") { run, _ in run.responses.fallSilent() }
            hold(!responses.sounds, "who is silent is not heard")
        }

        private mutating func listen(slices: Int) {
            change("listen \(slices)") { run, _ in run.responses.listen(slices: slices) }
            listening = slices
        }

        private mutating func wait(slices: Int) {
            change("wait \(slices)") { run, _ in run.responses.wait(slices: slices) }
            if told?.hasBegun == false { told!.patience += slices }
        }

        private mutating func cut(at milliseconds: Int64) {
            change("cut \(milliseconds)") { run, _ in run.responses.cut(at: milliseconds) }
            told?.cut = milliseconds
        }

        private mutating func breakOff() {
            let isUsers = random.below(2) == 0, goesOn = responses.isAnswering
            change("broken off user=\(isUsers)") { run, _ in run.responses.breakOff(byUser: isUsers) }
            hold(!responses.isAnswering && !responses.sounds, "what was broken off does not go on")
            if goesOn { status = isUsers ? .cancelled : .completed }
        }

        private mutating func cancel() {
            if !responses.isIdle { status = .cancelled }
            change("cancel") { $0.responses.cancel(into: &$1) }
            hold(responses.isIdle, "what was cancelled is over")
        }

        private mutating func slice(isSilent: Bool, isHeard: Bool) {
            (isSlice, slices) = (true, slices + 1)
            var isAwaited = false, isLast = false
            let onlyCalls = told.map { !$0.hasBegun && !$0.calls.isEmpty } ?? false
            if isHeard, listening == nil, told?.hasBegun == false, told?.calls.isEmpty == true {
                told!.patience -= 1
                isAwaited = told!.patience < 0
            }
            change("slice silent=\(isSilent) heard=\(isHeard)") {
                isLast = $0.responses.slice(isSilent: isSilent, isHeard: isHeard, into: &$1)
            }
            hold(isLast == isAwaited, "who waited in vain is told so, when the time is over")
            hold(!isLast || responses.isIdle, "who waited in vain waits no more")
            hold(!onlyCalls || responses.isIdle, "calls alone end with their slice")
            isSlice = false
            listenOn(isHeard: isHeard)
        }

        private mutating func listenOn(isHeard: Bool) {
            let isAwaited = told?.hasBegun == false, waiting = responses.listenOn(isHeard: isHeard)
            log.append("  \(waiting)")
            hold((waiting == .idle) == (told == nil), "who waits for nobody is idle")
            hold(
                (waiting == .mustRemind) == (isAwaited && isHeard && listening == 0),
                "the model is told once more when it has listened for long")
            guard told != nil else { return listening = nil }
            if isHeard { listening = listening.flatMap { isAwaited && $0 > 0 ? $0 - 1 : nil } }
        }

        /// Nothing more is said: what was asked for is over in its time, and what was said too.
        mutating func settle() {
            change("say") { run, _ in run.responses.say() }
            fallSilent()
            for _ in 0..<(listening ?? 0) + max(0, told?.patience ?? 0) + 3 { slice(isSilent: true, isHeard: true) }
            hold(told == nil && responses.isIdle, "every response ends")
        }

        // MARK: What comes of them

        /// The number of changes.
        @discardableResult
        private mutating func change(
            _ event: String, _ body: (inout Run, inout [RealtimeResponses.Change]) -> Void
        ) -> Int {
            log.append(event)
            var changes: [RealtimeResponses.Change] = []
            body(&self, &changes)
            let audio = changes.count { if case .audio = $0 { true } else { false } }
            hold(audio <= (isSlice ? 1 : 0), "a slice has its audio once")
            for change in changes { watch(change) }
            hold(told?.id == responses.current?.id, "what is under way is what the client knows of")
            hold(responses.hasItem == (told?.hasBegun == true), "a message is told of")
            hold(!responses.sounds || responses.hasItem, "what sounds is a response")
            return changes.count
        }

        private mutating func watch(_ change: RealtimeResponses.Change) {
            switch change {
            case .created(let response):
                log.append("  created \(response.id)")
                hold(
                    told == nil && !finished.contains(response.id),
                    "a response is created once, and after the last is done")
                hold(response.inputSlices == slices - counted, "what was heard is counted once")
                counted += response.inputSlices
                (told, status) = (Told(id: response.id, isText: response.isText, patience: Self.patience), nil)
            case .begun(let response):
                log.append("  begun \(response.id)")
                hold(told?.id == response.id && told?.hasBegun == false, "a message begins once, in its response")
                hold(response.pieces.isEmpty && response.slices == 0, "a message begins empty")
                hold(response.place == told?.items, "a message follows the items before it")
                told?.hasBegun = true
                told?.items += 1
            case .word(let response, let text):
                log.append("  word \(response.id)")
                hold(told?.id == response.id && told?.hasBegun == true, "a word is in its message")
                told?.words.append(text)
            case .called(let response, let item, let place):
                log.append("  called \(response.id) \(item.id)")
                hold(told?.id == response.id && place == told?.items, "a call follows the items before it")
                told?.calls.append(item.id)
                told?.items += 1
            case .audio(let id, _, _):
                log.append("  audio \(id)")
                hold(told?.id == id && told?.hasBegun == true && told?.isText == false, "audio is in its message")
                told?.slices += 1
            case .finished(let response): finish(response)
            }
        }

        private mutating func finish(_ response: RealtimeResponse) {
            log.append("  finished \(response.id) \(response.ending?.status.rawValue ?? "not")")
            hold(told?.id == response.id && finished.insert(response.id).inserted, "what was created is done once")
            hold(response.pieces.map(\.text) == told?.words, "it has said what was told, in order")
            hold(response.slices == told?.slices, "it has the audio that was sent")
            hold(response.cut == told?.cut, "it is cut where the client cut it last")
            hold(response.calls.map(\.item.id) == told?.calls, "it has the calls that were told, in order")
            let complete = told?.isFailed == true ? RealtimeResponse.Status.failed : .completed
            hold(
                response.ending?.status == status.map { $0 == .completed ? complete : $0 } ?? complete,
                "it ends as it was ended")
            (told, status) = (nil, nil)
        }
    }

    @Test func everyOrderOfEventsIsToldAsResponses() { Run.run(seeds: 0..<20_000, events: 60) }
}
