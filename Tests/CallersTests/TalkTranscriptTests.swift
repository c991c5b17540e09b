// What `duet talk` shows of a conversation.

import Testing

@testable import Callers

@Suite struct TalkTranscriptTests {
    private func lines(_ events: [String], isInterruption: Bool = false) -> (
        shown: [String], end: [String], words: Bool
    ) {
        var transcript = TalkTranscript()
        let shown = events.flatMap { transcript.take($0, isInterruption: isInterruption) }
        return (shown, transcript.end(), transcript.hasWords)
    }

    private let question = #"{"type":"session.input_transcript.done","text":"what is two","start_ms":640}"#

    private func answer(interrupted: Bool) -> String {
        #"{"type":"session.output_transcript.done","text":"two is","interrupted":\#(interrupted),"start_ms":1920}"#
    }

    @Test func bothSidesAreShownWithTheirTimes() {
        let start = #"{"type":"session.started","session":{"id":"duet_1","model":"duet-mini"}}"#
        #expect(
            lines([start, question, answer(interrupted: false)]).shown == [
                "session duet_1 with duet-mini", "   0.64 s  you : what is two", "   1.92 s  duet: two is",
            ])
    }

    @Test func whereTheTimeBeforeAnAnswerWentIsShown() {
        let latency =
            #"{"type":"session.latency","decided_ms":240,"recognised_ms":320,"answered_ms":400,"heard_ms":480,"at_ms":9}"#
        #expect(
            lines([latency]).shown == [
                "           after 240 ms the turn is over, after 320 ms its words are there, "
                    + "after 400 ms the answer's, after 480 ms its sound"
            ])
    }

    @Test func anAnswerThatStopsEarlyWasInterruptedOrBrokeOff() {
        let cut = [answer(interrupted: true)]
        #expect(lines(cut, isInterruption: true).shown == ["   1.92 s  duet: two is … (interrupted)"])
        #expect(lines(cut).shown == ["   1.92 s  duet: two is … (broke off)"])
        #expect(lines([answer(interrupted: false)], isInterruption: true).shown == ["   1.92 s  duet: two is"])
    }

    private func delta(_ side: String, _ text: String, _ start: Int) -> String {
        #"{"type":"session.\#(side)_transcript.delta","delta":"\#(text)","start_ms":\#(start)}"#
    }

    @Test func whatIsUnfinishedAtTheEndIsShownSo() {
        let words = [delta("output", " once", 2000), delta("input", " stop", 2500), delta("output", " upon", 2600)]
        let (shown, end, hasWords) = lines(words)
        #expect(shown.isEmpty && hasWords)
        #expect(end == ["   2.00 s  duet: once upon … (unfinished)", "   2.50 s  you : stop … (unfinished)"])
        // What was finished is not shown twice.
        let finished = lines(words + [answer(interrupted: false), question])
        #expect(finished.shown.count == 2 && finished.end.isEmpty)
    }

    @Test func whetherAnyWordCameIsKnown() {
        #expect(!lines([]).words)
        #expect(!lines([#"{"type":"session.state","state":"listening"}"#, "no JSON"]).words)
        #expect(lines([question]).words && lines([answer(interrupted: false)]).words)
    }

    @Test func theServersRemarksAreShownInItsWords() {
        let error = #"{"type":"error","error":{"code":"invalid_event","message":"No such event."}}"#
        let info = #"{"type":"info","code":"overload","message":"Audio was skipped."}"#
        #expect(lines([error, info]).shown == ["server: No such event.", "server: Audio was skipped."])
        #expect(lines([#"{"type":"info","code":"x"}"#]).shown == [#"{"type":"info","code":"x"}"#])
    }
}
