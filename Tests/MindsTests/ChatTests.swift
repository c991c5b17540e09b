// A talk in text, with a mind that the test speaks for.

import Basics
import Dialogue
import Synchronization
import Testing

@testable import Minds

@Suite struct ChatTests {
    /// Notes what it is asked; the test delivers its events.
    private final class ScriptedMind: Mind, MindSeat {
        let name = "scripted"
        let requests = Mutex<[MindRequest]>([])
        private let deliver = Mutex<(@Sendable (MindEvent) -> Void)?>(nil)

        func open(deliver: @escaping @Sendable (MindEvent) -> Void) -> (any MindSeat)? {
            self.deliver.withLock { $0 = deliver }
            return self
        }

        func take(_ request: MindRequest) { requests.withLock { $0.append(request) } }
        func say(_ event: MindEvent) { deliver.withLock { $0 }?(event) }
        var asked: [MindRequest] { requests.withLock { $0 } }
    }

    private struct Rig {
        let mind = ScriptedMind()
        let talk: ChatTalk
        var now = Instant.zero
        var lines: [ChatTalk.Line] = []

        init() throws { talk = try ChatTalk(mind, setup: MindSetup(), rules: MindRules(), at: .zero) }

        mutating func wait(_ milliseconds: Int) {
            for _ in 0..<milliseconds / 20 {
                now = now.advanced(milliseconds: 20)
                lines += talk.step(at: now)
            }
        }

        var user: String { lines.map(\.user).joined() }
        var assistant: String { lines.map(\.assistant).joined() }
    }

    @Test func wordsStreamInAndTheAnswerStreamsOut() throws {
        var rig = try Rig()
        rig.talk.type("how big is it")
        rig.wait(1000)
        #expect(rig.user == " how big is", "at the pace of speech")
        rig.wait(1800)
        #expect(rig.user == " how big is it ⏎")
        #expect(rig.mind.asked.contains(.hear(" how")) && rig.mind.asked.last == .answer(1, isProvisional: false))
        rig.mind.say(.words(answer: 1, "As big, as a house."))
        rig.mind.say(.end(answer: 1, .complete))
        rig.wait(20)
        #expect(!rig.talk.isQuiet, "it has words to say")
        rig.wait(4000)
        #expect(rig.assistant == " As big, as a house. ⏎")
        #expect(rig.talk.isQuiet)
    }

    @Test func aTalkIsNotOverWhileAnAnswerIsWritten() throws {
        var rig = try Rig()
        rig.talk.type("well")
        rig.wait(6000)
        #expect(rig.assistant.contains("moment ⏎") && !rig.talk.isQuiet)
        rig.mind.say(.words(answer: 1, "Yes."))
        rig.mind.say(.end(answer: 1, .complete))
        rig.wait(3000)
        #expect(rig.assistant.hasSuffix("Yes. ⏎") && rig.talk.isQuiet)
    }

    @Test func aWordOverTheAnswerEndsItAndABackChannelDoesNot() throws {
        var rig = try Rig()
        rig.talk.type("well")
        rig.wait(2000)
        rig.mind.say(.words(answer: 1, "one two three four five six seven eight nine"))
        rig.mind.say(.end(answer: 1, .complete))
        rig.wait(1200)
        rig.talk.type("uh huh")
        rig.wait(1200)
        #expect(!rig.assistant.contains("✂"))
        rig.talk.type("stop")
        rig.wait(1400)
        #expect(rig.assistant.hasSuffix("✂"))
        let cut = rig.mind.asked.compactMap { if case .cut(1, let heard) = $0 { heard } else { nil } }
        #expect(cut.count == 1 && "one two three four five six seven eight nine".hasPrefix(cut[0]) && !cut[0].isEmpty)
    }

    @Test func usageCountsTurnsThatWereReadyAndWordsThatWereTakenBack() throws {
        var rig = try Rig()
        rig.talk.type("how")
        rig.wait(900)
        #expect(rig.mind.asked.last == .probe(1))
        rig.mind.say(.likelihood(probe: 1, -1))
        rig.wait(40)
        #expect(rig.mind.asked.last == .answer(1, isProvisional: true))
        rig.mind.say(.words(answer: 1, "As"))
        rig.mind.say(.words(answer: 1, " big"))
        rig.wait(20)
        rig.talk.type("big")
        rig.wait(200)
        #expect(rig.mind.asked.contains(.rollback(1)))
        rig.mind.say(.words(answer: 1, " as"))
        rig.wait(400)
        rig.mind.say(.likelihood(probe: 2, -1))
        rig.wait(40)
        rig.mind.say(.words(answer: 2, "Very."))
        rig.mind.say(.end(answer: 2, .complete))
        rig.wait(2000)
        var usage = rig.talk.usage
        #expect([usage.turns, usage.readyTurns, usage.pieces, usage.wastedPieces] == [1, 1, 4, 3])
        rig.talk.type("and")
        rig.wait(2500)
        rig.mind.say(.words(answer: 3, "Well."))
        rig.mind.say(.end(answer: 3, .complete))
        rig.wait(100)
        usage = rig.talk.usage
        #expect([usage.turns, usage.readyTurns, usage.pieces, usage.wastedPieces] == [2, 1, 5, 3])
    }

    @Test func theLikelierTheEndTheShorterThePause() {
        func slices(_ likelihood: Float) -> Int {
            var floor = ChatFloor()
            _ = floor.decide(5, text: "a", isSpeaking: false, likelihood: .nan)
            return (1...20).first { _ in floor.decide(nil, text: nil, isSpeaking: false, likelihood: likelihood) == 1 }!
        }
        #expect([-1, -8, -20, .nan].map(slices) == [3, 4, 6, 6])
    }

    @Test func aScriptHasStepsAndFaultsNameTheirLine() throws {
        let script = try ChatScript("# a talk\nhello there\n+3 wait a moment\n~1.5\n=sunny\n")
        #expect(
            script.steps == [
                .type("hello there"), .over(words: 3, "wait a moment"), .wait(milliseconds: 1500), .result("sunny"),
            ])
        for (text, line) in [("a\n+x wait", 2), ("~601", 1), ("~", 1), ("+1001 a", 1), ("+3", 1)] {
            let fault = #expect(throws: ChatScript.Fault.self) { try ChatScript(text) }
            #expect(fault?.description.hasPrefix("line \(line): ") == true)
        }
        #expect(try ChatScript("~600\n+1000 a").steps.count == 2)
    }
}
