// The machine of responses over random orders of events: what holds in every one of them.

import Basics
import Testing

@testable import Wire

@Suite struct RealtimeResponsesTests {
    /// What a client has been told of the response that is under way.
    private struct Told {
        let id: String, isText: Bool
        var hasBegun = false
        var words: [String] = []
        var slices = 0
    }

    /// One order of events, and what came of it.
    private struct Run {
        private static let patience = 10
        private var random: Random
        private var responses = RealtimeResponses(), ids = RealtimeIDs(chance: 1)
        private var told: Told?
        private var finished: Set<String> = []
        private var slices = 0, counted = 0
        /// The status that the response must end with, where the event at hand says so.
        private var status: RealtimeResponse.Status?
        private var isSlice = false
        private(set) var log: [String] = []
        private(set) var faults: [String] = []

        init(seed: UInt64) { random = Random(seed: seed) }

        private mutating func hold(_ isTrue: Bool, _ what: String) { if !isTrue { faults.append(what) } }

        mutating func run(events: Int) {
            for _ in 0..<events where faults.isEmpty { step() }
            settle()
        }

        private mutating func step() {
            let isText = random.below(4) == 0
            switch random.below(16) {
            case 0, 1: create(isText: isText)
            case 2...4: word(isText: isText)
            case 5: change("speak") { $0.responses.speak(isText: isText, &$0.ids, into: &$1) }
            case 6: change("silent") { run, _ in run.responses.fallSilent() }
            case 7: change("say") { run, _ in run.responses.say() }
            case 8: breakOff()
            case 9: cancel()
            case 10: change("listen") { run, _ in run.responses.listen(slices: 3) }
            case 11: change("cut") { run, _ in run.responses.cut(at: 80) }
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
            let wasAwaited = !responses.isIdle && !responses.hasItem
            var isLast = false
            change("slice silent=\(isSilent) heard=\(isHeard)") {
                isLast = $0.responses.slice(isSilent: isSilent, isHeard: isHeard, into: &$1)
            }
            hold(isLast == (wasAwaited && responses.isIdle), "who waited in vain is told so")
            isSlice = false
            _ = responses.listenOn(isHeard: isHeard)
        }

        /// Nothing more is said: what was asked for is over in its time, and what was said too.
        private mutating func settle() {
            change("say") { run, _ in run.responses.say() }
            change("silent") { run, _ in run.responses.fallSilent() }
            for _ in 0..<Self.patience + 6 { slice(isSilent: true, isHeard: true) }
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
                hold(response.heard == slices - counted, "what was heard is counted once")
                counted += response.heard
                (told, status) = (Told(id: response.id, isText: response.isText), nil)
            case .begun(let response):
                log.append("  begun \(response.id)")
                hold(told?.id == response.id && told?.hasBegun == false, "a message begins once, in its response")
                hold(response.pieces.isEmpty && response.slices == 0, "a message begins empty")
                told?.hasBegun = true
            case .word(let response, let text):
                log.append("  word \(response.id)")
                hold(told?.id == response.id && told?.hasBegun == true, "a word is in its message")
                told?.words.append(text)
            case .audio(let id, _):
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
            hold(response.ending?.status == status ?? .completed, "it ends as it was ended")
            (told, status) = (nil, nil)
        }
    }

    @Test func everyOrderOfEventsIsToldAsResponses() {
        for seed in 0..<20_000 as Range<UInt64> {
            var run = Run(seed: seed)
            run.run(events: 60)
            guard run.faults.isEmpty else {
                Issue.record("seed \(seed): \(run.faults)\n\(run.log.joined(separator: "\n"))")
                return
            }
        }
    }
}
