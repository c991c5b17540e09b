// Sessions whose answers come from a mind, on the virtual clock.

import Basics
import Testing

@testable import Dialogue
@testable import Simulation

@Suite struct MindTests {
    /// A session of a fake model, which a mind answers for.
    private struct Talk {
        var rig: Rig
        let slot: Slot
        private var read = 0

        init(_ rules: MindRules = MindRules(), endsTurns: Bool = true) {
            var limits = Limits(), rules = rules
            (rules.hold, rules.failure) = ("5 6", "7 8 9")
            limits.mind = rules
            rig = Rig(model: FakeModel(slots: 2, endsTurns: endsTurns), limits: limits)
            slot = rig.open()
            rig.run(400, [(slot, 0)])
        }

        mutating func speak(_ milliseconds: Int) { rig.run(milliseconds, [(slot, 0.5)]) }
        mutating func wait(_ milliseconds: Int) { rig.run(milliseconds, [(slot, 0)]) }
        mutating func mind(_ event: MindEvent) { rig.engine.deliver(.mind(slot, event), at: rig.now) }
        mutating func tell(_ text: String) { rig.engine.deliver(.tell(slot, words: [], text: text), at: rig.now) }

        /// Says what the mind has to say, and ends.
        mutating func answers(_ answer: Int, _ text: String, _ end: MindEnd = .complete) {
            mind(.words(answer: answer, text))
            mind(.end(answer: answer, end))
        }

        /// Requests since the last call.
        mutating func requests() -> [MindRequest] {
            wait(20)
            let all = rig.actions.compactMap { if case .mind(slot, let request) = $0 { request } else { nil } }
            defer { read = all.count }
            return Array(all[read...])
        }

        var said: [Int32] {
            rig.actions.compactMap {
                if case .assistantText(slot, let text, _) = $0 { FakeModel.token(of: text) } else { nil }
            }
        }

        func count(_ isCounted: (EngineAction) -> Bool) -> Int { rig.actions.count(where: isCounted) }
        var userEnds: Int { count { if case .userEnd = $0 { true } else { false } } }
        var interruptions: Int { count { if case .interrupted = $0 { true } else { false } } }
        var failures: Int { count { if case .mindFailed = $0 { true } else { false } } }
    }

    @Test func theMindHearsTheWordsAndItsAnswerIsSaid() {
        var talk = Talk()
        talk.speak(400)
        talk.wait(1000)
        let requests = talk.requests()
        #expect(requests.first == .configure(MindSetup()))
        #expect(requests.contains(.hear(" 2")) && requests.contains(.probe(1)))
        #expect(requests.last == .answer(1, isProvisional: false))
        talk.answers(1, " 100 101, 102")
        talk.wait(2000)
        #expect(talk.said == [100, 101, 102])
        #expect(talk.userEnds == 1 && talk.interruptions == 0)
        #expect(talk.requests() == [], "what was heard whole needs no correction")
    }

    @Test func theModelIsSilentWhereTheMindAnswers() {
        var talk = Talk()
        talk.speak(800)
        talk.wait(1400)
        #expect(talk.said.isEmpty)
        #expect(talk.rig.audio(talk.slot).allSatisfy { $0.pcm.allSatisfy { $0 == 0 } })
    }

    @Test func aTurnThatTheModelMissesEndsAfterAPause() {
        var talk = Talk(endsTurns: false)
        talk.speak(400)
        talk.wait(1500)
        #expect(talk.userEnds == 0)
        talk.wait(300)
        #expect(talk.userEnds == 1 && talk.requests().last == .answer(1, isProvisional: false))
        talk.answers(1, " 100 101")
        talk.wait(3000)
        #expect(talk.said == [100, 101] && talk.userEnds == 1)
    }

    @Test func aTurnThatTheModelMissesEndsSoonerWhereTheMindFindsItLikely() {
        var talk = Talk(endsTurns: false)
        talk.speak(400)
        talk.wait(240)
        talk.mind(.likelihood(probe: 1, -2))
        talk.wait(300)
        #expect(talk.userEnds == 0)
        talk.wait(400)
        #expect(talk.userEnds == 1 && talk.requests().last == .commit(1))
    }

    @Test func soundAfterTheLastWordPutsTheEndOff() {
        var talk = Talk(endsTurns: false)
        talk.speak(400)
        // Quieter than words, louder than silence.
        talk.rig.run(2600, [(talk.slot, 0.005)])
        #expect(talk.userEnds == 0)
        talk.rig.run(1000, [(talk.slot, 0.005)])
        #expect(talk.userEnds == 1)
    }

    @Test func anAnswerBeginsProvisionallyAndIsSaidWhenTheTurnIsOver() {
        var talk = Talk()
        talk.speak(400)
        talk.wait(160)
        #expect(talk.requests().last == .probe(1))
        talk.mind(.likelihood(probe: 1, -2))
        talk.mind(.words(answer: 1, " 100 101. "))
        #expect(talk.requests().last == .answer(1, isProvisional: true))
        #expect(talk.userEnds == 0)
        talk.wait(400)
        #expect(talk.userEnds == 1 && talk.requests().last == .commit(1))
        talk.mind(.end(answer: 1, .complete))
        talk.wait(1000)
        #expect(talk.said == [100, 101])
    }

    @Test func anAnswerIsTakenBackWhenTheUserGoesOn() {
        var talk = Talk()
        talk.speak(400)
        talk.wait(160)
        _ = talk.requests()
        talk.mind(.likelihood(probe: 1, -2))
        talk.speak(240)
        let requests = talk.requests()
        #expect(requests.contains(.answer(1, isProvisional: true)) && requests.contains(.rollback(1)))
        #expect(requests.last.map { if case .hear = $0 { true } else { false } } == true)
        talk.wait(800)
        #expect(talk.requests().last == .answer(2, isProvisional: false))
        talk.answers(1, " 100")
        talk.wait(500)
        #expect(talk.said.isEmpty, "the answer never was")
    }

    @Test func aMindThatDoesNotKnowMayBegin() {
        var talk = Talk()
        talk.speak(400)
        talk.wait(160)
        _ = talk.requests()
        talk.mind(.likelihood(probe: 1, .nan))
        #expect(talk.requests().contains(.answer(1, isProvisional: true)))
    }

    @Test func anUnlikelyEndBeginsNoAnswer() {
        var talk = Talk()
        talk.speak(400)
        talk.wait(160)
        _ = talk.requests()
        talk.mind(.likelihood(probe: 1, -15))
        #expect(!talk.requests().contains(.answer(1, isProvisional: true)))
    }

    @Test func anInterruptionLeavesWhatWasHeard() {
        var talk = Talk()
        talk.tell("what")
        #expect(talk.requests().suffix(2) == [.hear("what"), .answer(1, isProvisional: false)])
        talk.answers(1, " 100 101 102 103 104 105 106 107")
        talk.wait(800)
        talk.rig.engine.deliver(.interrupt(talk.slot), at: talk.rig.now)
        let heard = talk.said.map(String.init).joined(separator: " ")
        #expect(!heard.isEmpty && talk.said.count < 8)
        #expect(talk.requests() == [.cut(1, heard: heard)])
        talk.wait(2000)
        #expect(talk.said.map(String.init).joined(separator: " ") == heard)
        #expect(talk.interruptions == 1)
    }

    /// The model can say numbers only. A word that is not spoken counts as heard with the next one that is.
    @Test(arguments: 0...4) func wordsThatAreNotSpokenDoNotShiftWhatWasHeard(_ count: Int) {
        let written = ["100", "and", "so", "101", "102", "on", "103"]
        var line = SpokenLine(source: .mind)
        line.append(
            [100, 101, 102, 103].map { SpokenWord(pieces: [$0], slices: 2) },
            shown: written.map { SpokenLine.Shown(text: $0, count: Int($0) == nil ? 0 : 1) })
        let said = [0, 1, 4, 5, 7]
        #expect(line.texts(done: count).said == written[..<said[count]].joined(separator: " "))
    }

    @Test func whatWasUnfinishedIsFinishedWhenTheMindSaysSo() {
        var talk = Talk()
        talk.tell("what")
        talk.answers(1, " 100 101 102 103 104 105 106 107")
        talk.wait(800)
        talk.tell("and")
        let before = talk.said
        _ = talk.requests()
        talk.answers(2, " 200 201", .resume)
        talk.wait(4000)
        #expect(talk.said == before + [200, 201] + (Array(100...107) as [Int32]).dropFirst(before.count))
        let rest = (100...107).dropFirst(before.count).map(String.init).joined(separator: " ")
        #expect(talk.requests() == [.append(.assistant(rest))])
    }

    @Test func aMindThatHasNothingToSayIsSilent() {
        var talk = Talk()
        talk.tell("what")
        talk.mind(.end(answer: 1, .idle))
        talk.wait(4000)
        #expect(talk.said.isEmpty && talk.failures == 0)
        #expect(talk.count { if case .mindSilent = $0 { true } else { false } } == 1)
    }

    @Test func aSlowMindIsExcusedOnceAndThenGivenUp() {
        var rules = MindRules()
        (rules.patienceMilliseconds, rules.timeoutMilliseconds) = (800, 4000)
        var talk = Talk(rules)
        talk.tell("what")
        talk.wait(640)
        #expect(talk.said.isEmpty)
        talk.wait(2000)
        #expect(talk.said == [5, 6])
        talk.wait(3500)
        #expect(talk.said == [5, 6, 7, 8, 9])
        #expect(talk.failures == 1)
        #expect(talk.requests().last == .cut(1, heard: ""))
        talk.answers(1, " 100")
        talk.wait(500)
        #expect(talk.said == [5, 6, 7, 8, 9], "it is too late")
    }

    @Test func anAnswerThatStopsInTheMiddleIsInTheHistoryAsFarAsItWasSaid() {
        var rules = MindRules()
        (rules.patienceMilliseconds, rules.timeoutMilliseconds) = (800, 3000)
        var talk = Talk(rules)
        talk.tell("what")
        talk.mind(.words(answer: 1, " 100 101, 102 103"))
        talk.wait(5000)
        #expect(talk.failures == 1)
        talk.wait(2000)
        #expect(talk.said == [100, 101, 102, 103, 7, 8, 9])
        #expect(talk.requests().last == .cut(1, heard: "100 101, 102 103"))
    }

    @Test func aFailureIsSaid() {
        var talk = Talk()
        talk.tell("what")
        talk.mind(.failed(answer: 1, MindFailure(.unreachable, "It is gone.")))
        talk.wait(1500)
        #expect(talk.said == [7, 8, 9])
        #expect(talk.failures == 1)
    }

    @Test func aToolRunsAndItsResultIsSpokenOf() {
        var talk = Talk()
        let call = ToolCall(id: "c1", name: "light", arguments: "{}")
        talk.tell("what")
        talk.mind(.call(answer: 1, call))
        talk.mind(.end(answer: 1, .calls))
        talk.wait(300)
        #expect(talk.rig.actions.contains { if case .call(talk.slot, call, _) = $0 { true } else { false } })
        #expect(talk.said.isEmpty)
        talk.wait(1500)
        #expect(talk.said == [5, 6], "one phrase while it runs")
        _ = talk.requests()
        talk.rig.engine.deliver(.result(talk.slot, ToolResult(id: "c1", output: "on"), answers: true), at: talk.rig.now)
        #expect(talk.requests() == [.result(ToolResult(id: "c1", output: "on")), .answer(2, isProvisional: false)])
        talk.answers(2, " 100")
        talk.wait(1000)
        #expect(talk.said == [5, 6, 100])
    }

    @Test func aLateResultWaitsForTheAnswerInProgress() {
        var talk = Talk()
        talk.tell("what")
        talk.mind(.call(answer: 1, ToolCall(id: "c1", name: "light", arguments: "{}")))
        talk.mind(.end(answer: 1, .calls))
        talk.tell("never mind")
        talk.answers(2, " 100 101 102")
        talk.wait(300)
        _ = talk.requests()
        talk.rig.engine.deliver(.result(talk.slot, ToolResult(id: "c1", output: "on"), answers: true), at: talk.rig.now)
        #expect(talk.requests() == [.result(ToolResult(id: "c1", output: "on"))])
        talk.wait(2000)
        #expect(talk.requests() == [.answer(3, isProvisional: false)])
    }

    @Test func anAnswerThatIsAskedForComesAlsoToNothing() {
        var talk = Talk()
        talk.tell("what")
        talk.mind(.call(answer: 1, ToolCall(id: "c1", name: "light", arguments: "{}")))
        talk.mind(.end(answer: 1, .calls))
        _ = talk.requests()
        talk.rig.engine.deliver(
            .result(talk.slot, ToolResult(id: "c1", output: "on"), answers: false), at: talk.rig.now)
        talk.wait(500)
        #expect(talk.requests() == [.result(ToolResult(id: "c1", output: "on"))])
        talk.tell("")
        talk.wait(200)
        #expect(talk.requests() == [.answer(2, isProvisional: false)])
        talk.answers(2, " 100")
        talk.wait(500)
        #expect(talk.said == [100])
    }

    @Test func noToolRunsForATurnThatIsTakenBack() {
        var talk = Talk()
        talk.speak(400)
        talk.wait(160)
        talk.mind(.likelihood(probe: 1, -2))
        talk.mind(.call(answer: 1, ToolCall(id: "c1", name: "light", arguments: "{}")))
        talk.mind(.end(answer: 1, .calls))
        talk.speak(240)
        #expect(talk.count { if case .call = $0 { true } else { false } } == 0)
        talk.wait(800)
        talk.mind(.call(answer: 2, ToolCall(id: "c2", name: "light", arguments: "{}")))
        #expect(talk.count { if case .call = $0 { true } else { false } } == 0, "more may follow")
        talk.mind(.end(answer: 2, .calls))
        talk.wait(20)
        #expect(talk.count { if case .call = $0 { true } else { false } } == 1)
    }

    @Test func aResultForNoToolIsReported() {
        var talk = Talk()
        talk.rig.engine.deliver(.result(talk.slot, ToolResult(id: "x", output: ""), answers: true), at: talk.rig.now)
        #expect(!talk.requests().contains { if case .result = $0 { true } else { false } })
        #expect(talk.count { if case .unknownResult = $0 { true } else { false } } == 1)
    }

    @Test func aHeldMindAnswersOnlyWhenAskedAndThenEvenToNothing() {
        var talk = Talk()
        talk.rig.engine.deliver(.speakOnlyWhenAsked(talk.slot, true), at: talk.rig.now)
        talk.speak(400)
        talk.wait(1000)
        func isAnswer(_ request: MindRequest) -> Bool { if case .answer = request { true } else { false } }
        #expect(!talk.requests().contains(where: isAnswer))
        talk.rig.engine.deliver(.tell(talk.slot, words: []), at: talk.rig.now)
        talk.wait(400)
        #expect(talk.requests().last == .answer(1, isProvisional: false))
        talk.answers(1, " 100")
        talk.wait(1000)
        #expect(talk.said == [100])
        talk.rig.engine.deliver(.tell(talk.slot, words: []), at: talk.rig.now)
        talk.wait(1500)
        #expect(talk.requests().last == .answer(2, isProvisional: false), "asked without a word of the user")
    }

    @Test func theMindIsClosedOnceWithTheSession() {
        var talk = Talk()
        talk.rig.engine.deliver(.close(talk.slot), at: talk.rig.now)
        talk.rig.engine.deliver(.close(talk.slot), at: talk.rig.now)
        #expect(talk.requests().filter { $0 == .close }.count == 1)
    }

    @Test func aTextIsCutIntoClausesAtPunctuationOrAfterTenWords() {
        var text = "One, two three. Four is 3.5 "
        #expect(Clause.next(in: &text, isComplete: false) == "One,")
        #expect(Clause.next(in: &text, isComplete: false) == "two three.")
        #expect(Clause.next(in: &text, isComplete: false) == nil)
        #expect(Clause.next(in: &text, isComplete: true) == "Four is 3.5")
        #expect(Clause.next(in: &text, isComplete: true) == nil)
        var long = Array(repeating: "a", count: 11).joined(separator: " ")
        #expect(Clause.next(in: &long, isComplete: false) == Array(repeating: "a", count: 10).joined(separator: " "))
        #expect(long == " a")
    }
}
