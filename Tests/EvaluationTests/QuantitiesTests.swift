// Rows to figures.

import Testing

@testable import Evaluation

@Suite struct QuantitiesTests {
    private func figures(
        _ suite: Suite, _ manner: FakeAssistant.Manner, _ turns: [SceneTurn], answerSeconds: Double = 5
    ) throws -> [String: Double] {
        let assistant = FakeAssistant(manner, seconds: answerSeconds)
        let rows = try Rehearsal.rows(suite, Rehearsal.scene(turns), assistant)
        let pairs = Quantities.figures(suite, rows).compactMap { f in f.value.map { (f.name, $0) } }
        return Dictionary(uniqueKeysWithValues: pairs)
    }

    @Test func everyPlantedFaultSpoilsItsFigure() throws {
        let paused = [SceneTurn(.say("01234567890123456789", .init(at: 0.5, seconds: 0.6)), role: .request)]
        #expect(try figures(.pause, .polite, paused)["pause.take-over-before-end"] == 0)
        #expect(try figures(.pause, .answersPauses, paused)["pause.take-over-before-end"] == 1)
        let broken = [SceneTurn.request(), SceneTurn(.say("0123456789", nil), role: .interruption, when: .into(1))]
        #expect(try figures(.interruption, .polite, broken)["interruption.stopped"] == 1)
        #expect(try figures(.interruption, .neverStops, broken)["interruption.stopped"] == 0)
        #expect(try figures(.turnTaking, .polite, [.request()])["turn-taking.take-over"] == 1)
        // A mute assistant never speaks into a pause; the take-over after it tells.
        #expect(try figures(.turnTaking, .mute, [.request()])["turn-taking.take-over"] == 0)
        #expect(try figures(.pause, .mute, paused)["pause.take-over-before-end"] == 0)
        #expect(try figures(.pause, .mute, paused)["pause.take-over-after"] == 0)
        let murmured = [SceneTurn.request(), SceneTurn(.say("hm", nil), role: .backChannel, when: .into(1))]
        #expect(try figures(.backChannel, .polite, murmured)["back-channel.wrong-stops"] == 0)
        #expect(try figures(.backChannel, .stopsAtOnce, murmured)["back-channel.wrong-stops"] == 1)
        let waited = [SceneTurn(.wait(30))]
        #expect(try figures(.silence, .polite, waited)["silence.false-starts"] == 0)
        #expect(try figures(.silence, .talksToItself, waited, answerSeconds: 2)["silence.false-starts"]! > 100)
    }

    @Test func answersThatBreakOffAreCountedOfAHundred() throws {
        let asked = [SceneTurn.request(), .request(after: 1.2)]
        #expect(try figures(.turnTaking, .polite, asked)["turn-taking.broke-off"] == 0)
        #expect(try figures(.turnTaking, .breaksOff, asked)["turn-taking.broke-off"] == 1)
        #expect(try figures(.turnTaking, .mute, asked)["turn-taking.broke-off"] == nil)
        var rows = try Rehearsal.rows(.memory, Rehearsal.scene([.request()]), FakeAssistant(.polite))
        (rows[0].answers, rows[0].brokeOff) = (8, 1)
        let figure = Quantities.figures(.memory, rows).first { $0.name == "memory.broke-off" }
        #expect(figure?.n == 8 && figure?.shown == "12.5 %")
        var report = Report(model: "m", how: "")
        report.sections = [Report.Section(title: "memory", conversations: 1, figures: [figure!])]
        #expect(
            report.goals.last == ["answers that break off though nobody interrupts them", "12.5 %", "8", "", "", ""])
    }

    private func row(_ condition: String, right: Bool, said: String = "") throws -> Row {
        var row = try Rehearsal.rows(.degraded, Rehearsal.scene([.request()]), FakeAssistant(.polite))[0]
        (row.condition, row.right, row.said) = (condition, right, said)
        return row
    }

    @Test func degradationIsToldAsADifferenceToClean() throws {
        let rows = try [
            row("clean", right: true), row("clean", right: true), row("noise", right: true), row("noise", right: false),
        ]
        let figures = Quantities.figures(.degraded, rows)
        #expect(figures.first { $0.name == "degraded.right.condition.noise" }?.value == 0.5)
        #expect(figures.first { $0.name == "degraded.difference.condition.noise" }?.value == -0.5)
    }

    @Test func aStopIsRightWhenItIsSilentAndGoingOnWhenItSpeaks() throws {
        func right(_ role: SceneTurn.Role, _ manner: FakeAssistant.Manner) throws -> Double? {
            let turns = [SceneTurn.request(), SceneTurn(.say("0123456789", nil), role: role, when: .into(1))]
            return try figures(.stop, manner, turns)["stop.right.role.\(role.rawValue)"]
        }
        #expect(try right(.stop, .polite) == 1)
        #expect(try right(.stop, .neverStops) == 0)
        #expect(try right(.goOn, .polite) == 1)
        #expect(try right(.goOn, .mute) == 0)
    }

    @Test func repetitionCountsWords() throws {
        let rows = try [
            row("", right: false, said: "the answer was seven"), row("", right: true, said: "the answer is seven"),
        ]
        #expect(Quantities.figures(.repeat, rows).first { $0.name == "repeat.word-error-rate" }?.value == 0.125)
    }

    @Test(arguments: [
        ("a b c", "a b c", 0), ("a b c", "a c", 1), ("a b c", "a x c", 1), ("a b", "a b c", 1), ("", "a", 1),
        ("a b", "", 2),
    ])
    func wordErrorsAreTheLeastEdits(_ wanted: String, _ said: String, _ errors: Int) {
        #expect(WordErrors.count(Judge.normalized(wanted), Judge.normalized(said)) == errors)
    }
}
