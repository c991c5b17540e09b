// From events to the panel and the penalty.

import Testing

@testable import Evaluation

@Suite struct InteractionPanelTests {
    private func turn(answer: Double? = nil, yield: Double? = nil, over: Bool = false, cuts: Int = 0) -> Interaction {
        Interaction(
            kind: .turn, seconds: 3, wasSpeaking: over, yieldSeconds: yield, isAnswered: answer != nil,
            answerSeconds: answer, interruptions: cuts)
    }

    private func aside(_ kind: Interaction.Kind, yield: Double? = nil, finished: Bool = false) -> Interaction {
        Interaction(
            kind: kind, seconds: 0.5, wasSpeaking: true, yieldSeconds: yield, hadFinished: finished)
    }

    private func panel(_ events: [Interaction]) -> [String: Figure] {
        Dictionary(uniqueKeysWithValues: InteractionPanel.figures("", events).map { ($0.name, $0) })
    }

    @Test func theEightFigures() {
        let answered = (1...15).map { turn(answer: Double($0) / 10, cuts: $0 == 1 ? 3 : 0) }
        let unanswered = (0..<5).map { _ in turn() }
        let interruptions = (0..<12).map { turn(answer: 0.8, yield: $0 < 9 ? 0.3 : nil, over: true) }
        let asides = (0..<10).map { aside(.backChannel, yield: $0 < 1 ? 0.5 : nil) }
        let figures = panel(answered + unanswered + interruptions + asides)
        #expect(figures["R_R"]?.value == 27.0 / 32 && figures["R_R"]?.n == 32)
        #expect(abs(figures["L_R.mean"]!.value! - 0.8) < 1e-9 && figures["L_R.mean"]?.n == 27)
        #expect(figures["R_Y"]?.value == 0.75 && figures["R_Y"]?.n == 12 && figures["R_Y"]?.low != nil)
        // Of nine yields, fewer than are shown.
        #expect(figures["L_Y.mean"]?.value == nil && figures["L_Y.mean"]?.n == 9)
        #expect(figures["I_A"]?.value == 3.0 / 32)
        #expect(figures["S_BC"]?.value == 0.9)
        #expect(figures["S_VT"]?.value == nil && figures["S"]?.value == nil)
    }

    @Test func ratesOfNineEventsAreHiddenAndOfTenShown() {
        func rate(_ n: Int) -> Figure { panel((0..<n).map { _ in aside(.vocalTic) })["S_VT"]! }
        #expect(rate(9).value == nil && rate(9).low == nil && rate(9).n == 9)
        #expect(rate(10).value == 1 && rate(10).n == 10)
    }

    @Test func selectivityIsThePlainMeanOfAllThree() {
        let kinds = [(Interaction.Kind.backChannel, 10), (.vocalTic, 20), (.sideTalk, 40)]
        let events = kinds.flatMap { kind, n in
            (0..<n).map { aside(kind, yield: kind == .sideTalk && $0 < 20 ? 0.5 : nil) }
        }
        let figures = panel(events)
        #expect(figures["S_ND"]?.value == 0.5)
        #expect(abs(figures["S"]!.value! - 2.5 / 3) < 1e-9)
    }

    @Test func whatEndsByItselfIsNotCounted() {
        let events =
            (0..<10).map { _ in aside(.backChannel, yield: 0.5, finished: true) }
            + (0..<10).map { _ in aside(.backChannel) }
        #expect(panel(events)["S_BC"]?.value == 1 && panel(events)["S_BC"]?.n == 10)
    }

    @Test func thePenaltyIsTheDelayTheWholeInterruptionOrTheWholeAside() {
        func penalty(_ events: [Interaction]) -> Double {
            InteractionPanel.penaltyTime("", events + (0..<9).map { _ in aside(.backChannel) }).value!
                * Double(events.count + 9)
        }
        #expect(abs(penalty([turn(yield: 0.4, over: true)]) - 0.4) < 1e-9)
        #expect(abs(penalty([turn(over: true)]) - 3) < 1e-9)
        #expect(abs(penalty([aside(.vocalTic, yield: 0.1)]) - 0.5) < 1e-9)
        #expect(abs(penalty([aside(.vocalTic)])) < 1e-9)
        // In silence nothing is interrupted, and what ends by itself is not counted.
        let none = [turn(answer: 1), aside(.sideTalk, yield: 0.1, finished: true)]
        #expect(InteractionPanel.penaltyTime("", none).n == 0)
    }

    @Test func everyAssistantIsFoundOut() throws {
        func rows(_ manner: FakeAssistant.Manner, _ role: SceneTurn.Role, when: SceneTurn.When) throws -> Row {
            let scene = Rehearsal.scene([
                .request(), SceneTurn(.say("0123", nil), role: role, kind: "cough", when: when),
            ])
            return try Rehearsal.rows(.vocalTic, scene, FakeAssistant(manner, seconds: 6))[1]
        }
        for role in [SceneTurn.Role.vocalTic, .sideTalk] {
            let good = try rows(.neverStops, role, when: .into(1)), bad = try rows(.stopsAtOnce, role, when: .into(1))
            #expect(good.interaction?.isIgnored == true && good.talkedOn == true && good.right == true && !good.isBad)
            #expect(bad.interaction?.isIgnored == false && bad.talkedOn == false && bad.isBad)
            let replies = try rows(.polite, role, when: .after(1.5)), silent = try rows(.mute, role, when: .after(1.5))
            #expect(replies.interaction?.isIgnored == false && replies.right == false && replies.falseStarts == 1)
            #expect(silent.interaction?.isIgnored == true && silent.right == true && !silent.isBad)
            let figures = Quantities.figures(.vocalTic, [good, bad, replies, silent])
            let values = Dictionary(uniqueKeysWithValues: figures.map { ($0.name, $0.value) })
            #expect(values["vocal-tic.ignored"] == 0.5 && values["vocal-tic.ignored.kind.cough"] == 0.5)
            #expect(values["vocal-tic.ignored.over-speech"] == 0.5 && values["vocal-tic.ignored.in-silence"] == 0.5)
        }
    }
}
