// Whether good and bad assistants are told apart.

import Testing

@testable import Evaluation

@Suite struct JudgeTests {
    @Test func aPoliteAssistantIsRightAndOnTime() throws {
        let scene = Rehearsal.scene([.request(), .request(after: 1.2)])
        let rows = try Rehearsal.rows(.turnTaking, scene, FakeAssistant(.polite))
        #expect(rows.count == 2)
        for row in rows {
            #expect(row.right == true && row.tookOver && !row.early && !row.isBad)
            // 40 quiet packets of 20 ms, and 20 ms of jitter buffer.
            #expect(abs(row.latency! - 0.82) < 0.03)
            #expect(row.falseStarts == 0 && row.selfInterruptions == 0)
        }
    }

    @Test func aMuteOneTakesNoTurn() throws {
        let rows = try Rehearsal.rows(.turnTaking, Rehearsal.scene([.request()]), FakeAssistant(.mute))
        #expect(rows[0].right == false && !rows[0].tookOver && !rows[0].replied && rows[0].latency == nil)
    }

    @Test func silenceIsRightWhereNoAnswerIsWanted() throws {
        let scene = Rehearsal.scene([SceneTurn(.say("0123456789", nil), role: .request, expect: [])])
        #expect(try Rehearsal.rows(.turnTaking, scene, FakeAssistant(.mute))[0].right == true)
        #expect(try Rehearsal.rows(.turnTaking, scene, FakeAssistant(.polite))[0].right == false)
    }

    @Test func whoBreaksOffIsToldFromWhoIsInterrupted() throws {
        func rows(_ manner: FakeAssistant.Manner, _ turns: [SceneTurn]) throws -> [Row] {
            try Rehearsal.rows(.turnTaking, Rehearsal.scene(turns), FakeAssistant(manner, seconds: 6))
        }
        let alone = [SceneTurn.request()]
        #expect(try rows(.breaksOff, alone).map { [$0.answers, $0.brokeOff] } == [[1, 1]])
        #expect(try rows(.polite, alone).map { [$0.answers, $0.brokeOff] } == [[1, 0]])
        #expect(try rows(.mute, alone).map { [$0.answers, $0.brokeOff] } == [[0, 0]])
        let interrupted = alone + [SceneTurn(.say("0123456789", nil), role: .interruption, when: .into(1))]
        #expect(try rows(.polite, interrupted).map { [$0.answers, $0.brokeOff] } == [[1, 0], [1, 0]])
        // It answered the hesitation, and the caller went on: that is an interruption within one turn.
        let hesitating = [SceneTurn(.say("01234567890123456789", .init(at: 0.5, seconds: 1.5)), role: .request)]
        let row = try rows(.answersPauses, hesitating)[0]
        #expect(row.selfInterruptions > 0 && row.brokeOff == 0)
    }

    private func hesitation(_ manner: FakeAssistant.Manner) throws -> Row {
        let turn = SceneTurn(
            .say("01234567890123456789", .init(at: 0.5, seconds: 0.6)), expect: ["the answer is seven"])
        return try Rehearsal.rows(.pause, Rehearsal.scene([turn]), FakeAssistant(manner))[0]
    }

    @Test func whoAnswersAHesitationIsFoundOut() throws {
        let bad = try hesitation(.answersPauses), good = try hesitation(.polite)
        #expect(bad.pauseTakeOver == true && bad.tookOverBeforeEnd == true && bad.isBad)
        #expect(good.pauseTakeOver == false && good.tookOverBeforeEnd == false && good.right == true)
    }

    private func interruption(_ manner: FakeAssistant.Manner) throws -> Row {
        let scene = Rehearsal.scene([
            .request(),
            SceneTurn(
                .say("0123456789", nil), role: .interruption, expect: ["the answer is seven"], when: .into(1)),
        ])
        return try Rehearsal.rows(.interruption, scene, FakeAssistant(manner, seconds: 6))[1]
    }

    @Test func whoStopsIsToldFromWhoNeverDoes() throws {
        let good = try interruption(.polite), bad = try interruption(.neverStops)
        #expect(good.wasTalking && good.stoppedInTime)
        #expect(abs(good.stopSeconds! - 0.6) < 0.06)
        #expect(good.right == true && abs(good.latency! - 0.82) < 0.03)
        #expect(bad.wasTalking && !bad.stoppedInTime && bad.isBad)
    }

    private func backChannel(_ manner: FakeAssistant.Manner) throws -> Row {
        let scene = Rehearsal.scene([
            .request(),
            SceneTurn(.say("hm", nil), role: .backChannel, when: .into(1)),
        ])
        return try Rehearsal.rows(.backChannel, scene, FakeAssistant(manner, seconds: 4))[1]
    }

    @Test func whoStopsAtABackChannelIsFoundOut() throws {
        let good = try backChannel(.polite), bad = try backChannel(.stopsAtOnce)
        #expect(good.talkedOn == true && good.right == true && good.said == "the answer is seven" && !good.isBad)
        #expect(bad.talkedOn == false && bad.right == false && bad.stoppedInTime && bad.isBad)
    }

    @Test func anAnswerThatEndsByItselfAfterABackChannelIsNoStop() throws {
        let scene = Rehearsal.scene([
            .request(), SceneTurn(.say("hm", nil), role: .backChannel, expect: ["the answer is seven"], when: .into(1)),
        ])
        let row = try Rehearsal.rows(.backChannel, scene, FakeAssistant(.polite, seconds: 1.5))[1]
        #expect(row.talkedOn == true && row.right == true)
    }

    @Test func anAnswerThatTheScriptCutsShortIsNotJudged() throws {
        let scene = Rehearsal.scene([
            .request(), SceneTurn(.say("0123456789", nil), role: .interruption, when: .into(1)),
        ])
        #expect(try Rehearsal.rows(.interruption, scene, FakeAssistant(.polite, seconds: 6))[0].right == nil)
    }

    @Test func otherTalkIsNotJudged() throws {
        var turn = SceneTurn.request()
        turn.role = .filler
        let row = try Rehearsal.rows(.memory, Rehearsal.scene([turn]), FakeAssistant(.mute))[0]
        #expect(row.right == nil && row.role == .filler)
    }

    @Test func whoTalksUnaskedIsCountedByTheHour() throws {
        let scene = Rehearsal.scene([SceneTurn(.wait(30))])
        let rows = try Rehearsal.rows(.silence, scene, FakeAssistant(.talksToItself))
        #expect((5...7).contains(rows[0].falseStarts))
        #expect(abs(rows[0].observedSeconds - 31) < 2)
        let quiet = try Rehearsal.rows(.silence, scene, FakeAssistant(.polite))
        #expect(quiet[0].falseStarts == 0 && !quiet[0].replied)
    }

    @Test func aBreakInThatFindsNobodyTalkingIsMarked() throws {
        let scene = Rehearsal.scene([
            .request(), SceneTurn(.say("0123456789", nil), role: .interruption, when: .into(3)),
        ])
        #expect(try Rehearsal.rows(.interruption, scene, FakeAssistant(.polite))[1].wasTalking == false)
        #expect(try Rehearsal.rows(.interruption, scene, FakeAssistant(.mute))[1].wasTalking == false)
    }

    @Test(arguments: [
        ("the answer is seven", true), ("The answer, is seven.", true), ("the answer is", false),
        ("the answer is is seven", false), ("a small fox", true), ("a very small fox", false), ("", false),
    ])
    func answersMatchWordByWord(_ said: String, _ right: Bool) {
        #expect(Judge.matches(said, ["the answer is seven", "a * fox"]) == right)
    }
}
