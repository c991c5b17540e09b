// Sessions whose turns others find the words of, on the virtual clock.

import Basics
import Testing

@testable import Dialogue
@testable import Simulation

@Suite struct HearingTests {
    @Test func aTurnIsRecognisedAtItsPauseAndToldWhenItIsOver() {
        var talk = HeardTalk()
        talk.speak(800)
        talk.wait(240)
        #expect(talk.askCount() == 1)
        // The 480 ms before, the speech, and a part of the pause.
        #expect((16 * 1200...16 * 1600).contains(talk.asked[0].samples.count))
        #expect(talk.asked[0].samples.filter { $0 == 0.5 }.count == 16 * 800)
        talk.recognise("do you like music?")
        #expect(talk.news() == [.rehear("do you like music"), .probe(1)], "not that it sounds like a whole sentence")
        #expect(talk.guesses == ["", "do you like music?"] && talk.turns.isEmpty)
        talk.wait(240)
        #expect(talk.news() == [.answer(1, isProvisional: false)])
        #expect(talk.turns == [" do you like music?"] && talk.ends == 1)
        talk.mind(.words(answer: 1, "I do. You"))
        talk.wait(400)
        #expect(talk.said == [" I", " do."])
    }

    @Test func whoGoesOnAfterAPauseIsHeardAsAWhole() {
        var talk = HeardTalk()
        talk.speak(800)
        talk.wait(240)
        talk.recognise("do you")
        #expect(talk.news() == [.rehear("do you"), .probe(1)])
        talk.mind(.likelihood(probe: 1, -0.1))
        #expect(talk.news() == [.answer(1, isProvisional: true)])
        talk.speak(800)
        talk.wait(240)
        #expect(talk.askCount() == 2 && talk.asked[1].samples.count > 16 * 1840)
        talk.recognise("do you like music")
        #expect(talk.news() == [.rollback(1), .rehear("do you like music"), .probe(2)])
        talk.wait(240)
        #expect(talk.turns == [" do you like music"] && talk.ends == 1)
    }

    @Test func theVoiceIsToldOfAProvisionalAnswerAndOfEachNextClause() {
        var talk = HeardTalk()
        talk.speak(800)
        talk.wait(240)
        talk.recognise("do you like music")
        talk.mind(.likelihood(probe: 1, -0.1))
        talk.mind(.words(answer: 1, "I do, very"))
        #expect(talk.prepared == [2], "before the turn is over")
        talk.mind(.words(answer: 1, " much so. Yes"))
        #expect(talk.prepared == [2], "once")
        talk.wait(240)
        #expect(talk.said.first == " I")
        #expect(talk.prepared == [2, 2, 2, 3], "when each comes, and the second when the first begins")
        talk.say("Good bye.")
        talk.wait(2000)
        #expect(talk.said.last == " so." && talk.prepared.last == 2, "what waits behind the line")
    }

    @Test func whatTheMindFoundAtOnePauseSaysNothingOfTheNext() {
        var talk = HeardTalk()
        talk.speak(800)
        talk.wait(240)
        talk.recognise("do you like music")
        talk.mind(.likelihood(probe: 1, -0.1))
        #expect(talk.rig.engine.sessions[talk.slot.index]!.mind!.likelihood == -0.1)
        talk.speak(240)
        #expect(talk.rig.engine.sessions[talk.slot.index]!.mind!.likelihood == nil)
        talk.wait(240)
        _ = talk.news()
        // The same words as before: the answer that has begun is still the right one.
        talk.recognise("do you like music")
        #expect(talk.news() == [.probe(2)])
        talk.mind(.likelihood(probe: 2, -0.2))
        #expect(talk.rig.engine.sessions[talk.slot.index]!.mind!.likelihood == -0.2)
        talk.wait(240)
        #expect(talk.news() == [.commit(1)])
    }

    @Test func whatTheMindFoundOfATurnIsOverWithIt() {
        var talk = HeardTalk()
        talk.speak(800)
        talk.wait(160)
        talk.recognise("do you like music")
        talk.mind(.likelihood(probe: 1, -0.1))
        #expect(talk.rig.engine.sessions[talk.slot.index]!.likelihood == -0.1)
        talk.wait(400)
        #expect(talk.ends == 1)
        #expect(talk.rig.engine.sessions[talk.slot.index]!.likelihood.isNaN)
    }

    /// Else one that takes longer than the user speaks between two pauses would never come to an end.
    @Test func theRecogniserIsNotAskedAnewWhileItWorks() {
        var talk = HeardTalk()
        talk.speak(800)
        talk.wait(160)
        talk.speak(800)
        talk.wait(160)
        talk.speak(800)
        #expect(talk.askCount() == 1)
        talk.recognise("do you")
        #expect(talk.guesses == ["", "do you"])
        talk.wait(160)
        #expect(talk.askCount() == 2)
        // The end of the turn does not wait for what is of no use any more.
        talk.speak(800)
        talk.wait(400)
        #expect(talk.askCount() == 3)
        talk.recognise("do you like music")
        #expect(talk.turns == [" do you like music"])
    }

    @Test func theTurnIsNotOverBeforeItsWordsAreThere() {
        var talk = HeardTalk()
        talk.speak(800)
        talk.wait(1200)
        #expect(talk.ends == 0)
        talk.recognise("yes")
        #expect(talk.ends == 1 && talk.turns == [" yes"])
    }

    @Test func aSoundWithoutWordsIsNoTurn() {
        var talk = HeardTalk()
        talk.speak(320)
        talk.wait(400)
        talk.recognise("")
        talk.wait(4000)
        #expect(talk.ends == 0 && talk.turns.isEmpty && talk.guesses == ["", ""])
        #expect(talk.news().isEmpty && talk.askCount() == 1)
    }

    @Test func theHistoryKeepsWhatWasHeardOfAnInterruptedAnswer() {
        var talk = HeardTalk()
        talk.answered("go on", "one two three four five six seven eight.")
        talk.wait(480)
        let heard = talk.said.joined().dropFirst()
        #expect(heard == "one two three" || heard == "one two")
        talk.speak(400)
        talk.wait(160)
        let cut = talk.news().compactMap { if case .cut(1, let words) = $0 { words } else { nil } }
        #expect(talk.interruptions == 1 && cut == [talk.said.joined().dropFirst().description])
        talk.wait(160)
        talk.recognise("stop")
        talk.wait(400)
        #expect(talk.turns.last == " stop")
    }

    @Test func aMurmurBesideTheAnswerIsNoTurn() {
        var talk = HeardTalk()
        talk.answered("go on", "one two three four five six seven eight.")
        talk.wait(320)
        let asked = talk.askCount()
        talk.speak(160)
        talk.wait(3000)
        #expect(talk.interruptions == 0 && talk.said.last == " eight." && talk.askCount() == asked && talk.ends == 1)
    }

    @Test func whoGoesOnBeforeTheVoiceBeginsHasNotFinished() {
        var talk = HeardTalk()
        talk.speak(800)
        talk.wait(240)
        talk.recognise("do you")
        talk.wait(240)
        _ = talk.news()
        #expect(talk.ends == 1)
        talk.speak(400)
        #expect(talk.news() == [.rollback(1)])
        talk.wait(240)
        talk.recognise("like music")
        #expect(talk.news() == [.rehear("do you like music"), .probe(2)])
        talk.wait(240)
        #expect(talk.turns == [" do you", " do you like music"] && talk.news() == [.answer(2, isProvisional: false)])
    }

    @Test func theClientMayEndATurn() {
        var talk = HeardTalk()
        talk.speak(400)
        talk.rig.engine.deliver(.tell(talk.slot, words: []), at: talk.rig.now)
        talk.speak(80)
        #expect(talk.askCount() == 1)
        talk.recognise("well")
        #expect(talk.ends == 1 && talk.news().last == .answer(1, isProvisional: false))
    }

    @Test func aLongTurnIsKeptInPieces() {
        var talk = HeardTalk()
        talk.speak(13_000)
        talk.wait(240)
        talk.recognise("one")
        talk.speak(800)
        talk.wait(240)
        #expect(talk.asked.count == 1 && talk.askCount() == 2)
        #expect(talk.asked.last!.samples.count < 16 * 2000, "only what is new")
        talk.recognise("two")
        talk.wait(240)
        #expect(talk.turns == [" one two"])
        talk.speak(25_000)
        #expect(talk.askCount() == 3, "without a pause")
    }

    @Test func whoNeverStopsTakesNoMoreMemory() {
        var talk = HeardTalk()
        talk.speak(70_000)
        talk.wait(400)
        #expect(talk.askCount() == 2)
        #expect(talk.asked.last!.samples.count <= 16 * 48_000)
        talk.recognise("and so on")
        talk.wait(400)
        #expect(talk.turns == [" and so on"])
    }

    @Test func withoutAMindTurnsAreStillTold() {
        var talk = HeardTalk(hasMind: false)
        talk.speak(800)
        talk.wait(240)
        talk.recognise("hello")
        talk.wait(400)
        #expect(talk.turns == [" hello"] && talk.ends == 1)
    }

    @Test func aStatementOfTheClientIsSaidWordByWord() {
        var talk = HeardTalk()
        let words = talk.rig.engine.model.wording(of: "one two").words
        talk.rig.engine.deliver(.say(talk.slot, words: words), at: talk.rig.now)
        talk.wait(3000)
        #expect(talk.said == [" one", " two"] && talk.ends == 1)
        #expect(talk.told == ["over", "speaking"], "the user's turn ends first, although nothing was said")
    }

    @Test func aStatementOfTheClientEndsTheTurnThatIsBeingSpoken() {
        var talk = HeardTalk()
        talk.speak(800)
        talk.say("one two")
        talk.speak(240)
        #expect(talk.askCount() == 1 && talk.said.isEmpty, "it waits for the turn's words")
        talk.recognise("i was about to")
        #expect(talk.turns == [" i was about to"] && talk.ends == 1)
        #expect(talk.news().last == .answer(1, isProvisional: false))
        talk.wait(1000)
        #expect(talk.said == [" one", " two"] && talk.ends == 1 && talk.told == ["over", "speaking"])
    }

    @Test func whoSpeaksOnAfterAStatementOfTheClientBeginsAnotherTurn() {
        var talk = HeardTalk()
        talk.speak(800)
        talk.say("one")
        talk.speak(160)
        talk.recognise("i was about to")
        talk.speak(480)
        #expect(talk.said == [" one"] && talk.askCount() == 1)
        talk.wait(320)
        #expect(talk.askCount() == 2)
        let count = talk.asked[1].samples.count { $0 == 0.5 }
        // Since the statement came 640 ms were spoken, and a slice before it was still to be served.
        #expect((16 * 480...16 * 720).contains(count), "not what was recognised before: \(count)")
    }

    @Test func whatIsTypedIsNotWhatIsBeingSaid() {
        var talk = HeardTalk()
        talk.speak(800)
        talk.wait(160)
        talk.recognise("what is the")
        #expect(talk.news() == [.rehear("what is the"), .probe(1)])
        talk.speak(400)
        talk.type("spell cat")
        #expect(talk.askCount() == 2 && talk.typed.isEmpty, "the spoken words come first")
        talk.recognise("what is the time in")
        #expect(talk.turns == [" what is the time in"] && talk.typed == ["spell cat"] && talk.ends == 1)
        #expect(
            talk.news() == [
                .rehear("what is the time in"), .probe(2), .rehear(""), .append(.user("what is the time in")),
                .hear("spell cat"), .answer(1, isProvisional: false),
            ])
    }

    @Test func whatIsSaidAfterATypedTextDoesNotTakeItBack() {
        var talk = HeardTalk()
        talk.speak(800)
        talk.type("spell cat")
        talk.speak(80)
        talk.recognise("hello")
        _ = talk.news()
        talk.speak(480)
        talk.wait(160)
        talk.recognise("are you there")
        talk.wait(320)
        #expect(talk.news().isEmpty && talk.ends == 2, "the answer to the text is still to come")
        talk.mind(.words(answer: 1, "C, A, T."))
        talk.mind(.end(answer: 1, .complete))
        talk.wait(1000)
        #expect(talk.said == [" C,", " A,", " T."])
        #expect(talk.news() == [.hear("are you there"), .answer(2, isProvisional: false)])
    }

    @Test func withoutSpeechWhatIsTypedIsAnsweredAtOnce() {
        var talk = HeardTalk()
        talk.type("spell cat")
        #expect(talk.news() == [.hear("spell cat"), .answer(1, isProvisional: false)])
        #expect(talk.typed == ["spell cat"] && talk.ends == 0)
    }

    @Test func anInterruptForgetsWhatWasTypedAndNotYetAnswered() {
        var talk = HeardTalk()
        talk.speak(800)
        talk.type("spell cat")
        talk.rig.engine.deliver(.interrupt(talk.slot), at: talk.rig.now)
        talk.recognise("hello")
        #expect(talk.typed.isEmpty && talk.turns == [" hello"])
    }
}
