// When the assistant says that it listens, and that nothing else comes of it.

import Basics
import Testing

@testable import Dialogue
@testable import Simulation

@Suite struct BackChannelTests {
    // MARK: When

    private static let limits = SliceLimits(Limits(), .standard).backChannel
    private static let phrases = (1...2).map { Utterance(phonemes: [], starts: Array(0..<$0)) }

    /// Words of what is said in a pause after so many slices of speech, by the slice of the pause in which it is due.
    private func said(
        _ channel: inout BackChannel, speech: Int = limits.speechSlices, mayBeOver: Bool = false,
        likelihood: Float = -6
    ) -> [Int: Int] {
        var said: [Int: Int] = [:]
        for pause in [Int](repeating: 0, count: speech) + Array(1...6) {
            _ = channel.advance(pause: pause, mayBeOver: mayBeOver && pause > 0, likelihood: likelihood)
            if let prompt = channel.take(isFree: true), let words = prompt.utterance?.starts.count {
                said[pause] = words
            }
            channel.said(false)
        }
        return said
    }

    private var channel: BackChannel { BackChannel(Self.phrases, limits: Self.limits, idle: 0) }

    @Test func itComesInAPauseAfterFiveSecondsOfSpeech() {
        #expect(Self.limits.pauseSlices == 2...4)
        var early = channel, late = channel
        #expect(said(&early, speech: Self.limits.speechSlices - 1) == [:])
        #expect(said(&late) == [2: 1])
        // What was said before counts.
        #expect(said(&early, speech: 1) == [2: 1])
    }

    @Test func theNextComesAfterAsMuchSpeechAndIsAnother() {
        var channel = channel
        #expect(said(&channel) == [2: 1])
        #expect(said(&channel, speech: Self.limits.speechSlices - 1) == [:])
        #expect(said(&channel, speech: 1) == [2: 2])
        #expect(said(&channel) == [2: 1])
    }

    @Test func anotherTurnOrTheAssistantsVoiceBeginsAnew() {
        var channel = channel
        #expect(said(&channel, speech: Self.limits.speechSlices - 1) == [:])
        _ = channel.advance(pause: nil, mayBeOver: false, likelihood: -6)
        #expect(said(&channel, speech: Self.limits.speechSlices - 1) == [:])
    }

    @Test func noneComesWhereTheTurnMayBeOver() {
        var sounds = channel, reads = channel, unknown = channel
        #expect(said(&sounds, mayBeOver: true) == [:])
        #expect(said(&reads, likelihood: -5) == [:])
        #expect(said(&unknown, likelihood: .nan) == [4: 1], "a mind may yet say that it is")
    }

    @Test func whatTheAssistantHasToSayComesFirstAndEndsIt() {
        var channel = channel
        for pause in [Int](repeating: 0, count: Self.limits.speechSlices) + [1, 2] {
            _ = channel.advance(pause: pause, mayBeOver: false, likelihood: -6)
        }
        var busy = channel
        #expect(busy.take(isFree: false) == nil && !busy.isSpeaking)
        #expect(channel.take(isFree: true) == Prompt(say: 0, utterance: Self.phrases[0]) && channel.isSpeaking)
        channel.said(true)
        #expect(channel.take(isFree: true) == Prompt(say: 0))
        #expect(channel.take(isFree: false) == nil && !channel.isSpeaking)
    }

    @Test func theVoiceIsToldOfItInTime() {
        var channel = channel
        let told = (1...2 * Self.limits.speechSlices).map { _ in
            channel.advance(pause: 0, mayBeOver: false, likelihood: .nan) != nil
        }
        #expect(told.firstIndex(of: true) == Self.limits.speechSlices - 1 && told.count { $0 } == 1)
    }

    // MARK: In a session

    /// Words of what is said, two slices each.
    private static let phrase = "mm hm mm hm"

    /// The user tells something of two parts, the first so long. The mind would not answer at the pause between them.
    private func told(
        _ milliseconds: Int = 6000, _ backChannels: [String]? = [phrase],
        _ prepare: (inout HeardTalk) -> Void = { _ in }
    ) -> HeardTalk {
        var talk = HeardTalk(backChannels: backChannels)
        prepare(&talk)
        tell(milliseconds, "once upon a time", &talk)
        talk.speak(2000)
        talk.wait(160)
        talk.recognise("once upon a time there was a king")
        talk.wait(400)
        talk.mind(.words(answer: 1, "I see. And"))
        talk.mind(.end(answer: 1, .complete))
        talk.wait(1600)
        return talk
    }

    /// The user says so much and pauses.
    private func tell(_ milliseconds: Int, _ words: String, _ talk: inout HeardTalk) {
        talk.speak(milliseconds)
        talk.wait(160)
        talk.recognise(words)
        for case .probe(let id) in talk.news() { talk.mind(.likelihood(probe: id, -11)) }
        talk.wait(80)
    }

    /// Everything but the sound.
    private func events(_ talk: HeardTalk) -> [EngineAction] {
        talk.rig.actions.filter { if case .audio = $0 { false } else { true } }
    }

    /// The slices before the answer: whether each sounds.
    private func sounds(_ talk: HeardTalk) -> [Bool] {
        let before = talk.rig.actions.prefix { if case .speaking = $0 { false } else { true } }
        return before.compactMap { if case .audio(_, _, _, let speech) = $0 { speech } else { nil } }
    }

    private func count(_ talk: HeardTalk) -> Int {
        let sounds = sounds(talk)
        return zip([false] + sounds, sounds).count { !$0 && $1 }
    }

    @Test func aLongTurnGetsOneAndNothingElseIsDifferent() {
        let with = told(), without = told(6000, nil)
        #expect(count(with) == 1 && sounds(with).count { $0 } == 8)
        #expect(count(without) == 0, "off by default")
        #expect(events(with) == events(without), "no speaking, no text, no interruption, the mind's requests as ever")
        #expect(with.turns == [" once upon a time there was a king"] && with.said == [" I", " see.", " And"])
        let samples = with.asked.last!.samples
        #expect(samples.count { $0 == 0.5 } == 16 * 8000, "also what was said meanwhile")
    }

    @Test func aShortTurnGetsNone() {
        #expect(count(told(4800)) == 0)
    }

    @Test func twoAreFiveSecondsOfSpeechApart() {
        func count(_ milliseconds: Int) -> Int { self.count(told(milliseconds) { tell(5200, "well", &$0) }) }
        #expect(count(4800) == 1 && count(5200) == 2)
    }

    @Test func theAnswerDoesNotWaitForItsEnd() {
        func ended(_ backChannels: [String]) -> HeardTalk {
            var talk = HeardTalk(backChannels: backChannels)
            tell(6000, "once upon a time", &talk)
            talk.wait(160)
            talk.mind(.words(answer: 1, "I see. And"))
            talk.mind(.end(answer: 1, .complete))
            talk.wait(1600)
            return talk
        }
        let with = ended([Self.phrase]), without = ended([])
        #expect(count(with) == 1 && (1..<8).contains(sounds(with).count { $0 }))
        #expect(events(with) == events(without) && with.said == [" I", " see.", " And"])
    }

    @Test func anInterruptEndsIt() {
        var talk = HeardTalk(backChannels: [Self.phrase])
        tell(6000, "once upon a time", &talk)
        talk.speak(160)
        let before = sounds(talk).count { $0 }
        talk.rig.engine.deliver(.interrupt(talk.slot), at: talk.rig.now)
        talk.speak(1600)
        #expect(before > 0 && sounds(talk).count { $0 } <= before + 1 && talk.interruptions == 0)
    }

    @Test func noneComesWhereTheClientWantsNone() {
        let held = told { $0.rig.engine.deliver(.speakOnlyWhenAsked($0.slot, true), at: $0.rig.now) }
        let deaf = told { $0.rig.engine.deliver(.withholdBackChannels($0.slot), at: $0.rig.now) }
        #expect(count(held) == 0 && count(deaf) == 0)
    }
}
