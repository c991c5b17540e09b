// When the caller speaks.

import Testing

@testable import Evaluation

@Suite struct CallerTests {
    @Test func turnsComeWhenTheScriptSays() throws {
        let scene = Rehearsal.scene([
            .request(after: 0.5), .request(after: 2), SceneTurn(.wait(10)), .request(after: 0.3),
        ])
        let log = try Rehearsal.log(scene, FakeAssistant(.polite))
        #expect(log.turns.map(\.index) == [0, 1, 2, 3])
        #expect(abs(log.turns[0].start - 0.5) < 0.03 && abs(log.turns[0].end - 1.5) < 0.03)
        // The answer is audible from 2.32 to 4.32 s.
        #expect(abs(log.turns[1].start - 6.32) < 0.06)
        #expect(abs(log.turns[2].end - log.turns[2].start - 10) < 1e-9)
        #expect(abs(log.turns[3].start - log.turns[2].end - 0.3) < 0.03)
        // 1.5 s after the last answer.
        #expect(abs(log.seconds - log.turns[3].end - 0.82 - 2 - 1.5) < 0.08)
    }

    @Test func withoutAnAnswerTheCallerGoesOnAfterThreeSecondsAndEndsAfterFour() throws {
        let log = try Rehearsal.log(Rehearsal.scene([.request(), .request()]), FakeAssistant(.mute))
        #expect(abs(log.turns[1].start - log.turns[0].end - 3) < 0.03)
        #expect(abs(log.seconds - log.turns[1].end - 4) < 0.03)
    }

    @Test func anAssistantThatNeverEndsIsLeftAfterThirtySeconds() throws {
        let log = try Rehearsal.log(Rehearsal.scene([.request()]), FakeAssistant(.neverStops, seconds: 1000))
        #expect(abs(log.seconds - log.turns[0].end - 30) < 0.03)
    }

    @Test func breakingInCountsFromTheAnswersFirstSound() throws {
        let scene = Rehearsal.scene([
            .request(), SceneTurn(.say("hm", nil), role: .backChannel, when: .into(1)),
            SceneTurn(.say("0123456789", nil), role: .interruption, when: .into(2.5)),
        ])
        let log = try Rehearsal.log(scene, FakeAssistant(.polite, seconds: 8))
        let onset = log.turns[0].end + 0.82
        #expect(abs(log.turns[1].start - onset - 1) < 0.06 && abs(log.turns[2].start - onset - 2.5) < 0.06)
        #expect(log.turns[1].wasTalking && log.turns[2].wasTalking)
    }

    @Test func theSameSceneTwiceIsTheSame() throws {
        let scene = Rehearsal.scene([.request(), .request()])
        let one = try Rehearsal.log(scene, FakeAssistant(.polite)),
            two = try Rehearsal.log(scene, FakeAssistant(.polite))
        #expect(one.loudness.frames == two.loudness.frames && one.recording.user == two.recording.user)
    }

    @Test func theEarHearsWhatIsLoudWhereItIsPlayed() {
        var ear = Ear()
        ear.hear([Float](repeating: 0.2, count: 320), at: 1)
        ear.hear([Float](repeating: 0.009, count: 320), at: 1.02)
        ear.hear([Float](repeating: 0.011, count: 320), at: 1.04)
        let loudness = Loudness(ear.loud)
        #expect(loudness.first(from: 0) == 1.02)
        #expect(
            loudness.spans(from: 0, to: 2, pause: 0.01) == [
                .init(start: 1.02, end: 1.04), .init(start: 1.06, end: 1.08),
            ])
        #expect(loudness.last(from: 0) == 1.08 && ear.lastLoud == 1.08)
        #expect(loudness.first(from: 1.04, to: 1.06) == nil)
    }
}
