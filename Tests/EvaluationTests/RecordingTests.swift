// Who spoke when, how long the answer took, and the picture of it.

import Foundation
import Testing

@testable import Evaluation

@Suite struct RecordingTests {
    private func signal(_ spans: [(Double, Double)], seconds: Double) -> [Float] {
        var x = [Float](repeating: 0, count: Int(seconds * 16_000))
        for (start, end) in spans {
            for i in Int(start * 16_000)..<Int(end * 16_000) { x[i] = i % 2 == 0 ? 0.3 : -0.3 }
        }
        return x
    }

    private var recording: Recording {
        var r = Recording()
        r.user = signal([(0.5, 1.0), (1.2, 2.0), (5, 6)], seconds: 9)
        r.assistant = signal([(2.3, 4), (6.4, 7)], seconds: 9)
        r.userWords = [.init(text: "a<b", time: 1)]
        r.interruptions = [5.4]
        return r
    }

    @Test func shortPausesDoNotEndAStretch() {
        #expect(recording.userSpans.count == 2)
        #expect(recording.assistantSpans.count == 2)
        #expect(abs(recording.userSpans[0].end - 2.0) < 0.02)
    }

    @Test func latencyRunsFromTheEndOfSpeechToTheStartOfTheAnswer() {
        let latencies = recording.latencies.map { ($0.seconds * 100).rounded() / 100 }
        #expect(latencies == [0.3, 0.4])
    }

    @Test func aTurnWithoutAnAnswerHasNoLatency() {
        var r = recording
        r.assistant = signal([(6.4, 7)], seconds: 9)
        #expect(r.latencies.count == 1)
    }

    @Test func anAnswerThatStopsWhenNobodySpokeBrokeOff() {
        // The user speaks from 5 to 6 s.
        #expect(recording.wasInterrupted(at: 5.2) && recording.wasInterrupted(at: 7.4))
        #expect(!recording.wasInterrupted(at: 4.9) && !recording.wasInterrupted(at: 7.6))
        #expect(!recording.wasInterrupted(at: 0) && !recording.wasInterrupted(at: 60))
        var r = recording
        r.interruptions = [4.5]
        #expect(Timeline(recording: r).svg.contains("broke off"))
    }

    @Test func theTimelineIsWellFormedAndShowsEverything() throws {
        let svg = Timeline(recording: recording).svg
        let parser = XMLParserProbe(svg)
        #expect(parser.isWellFormed)
        for part in ["a&lt;b", "300 ms", "400 ms", "interrupted", "Duet", "8 s"] {
            #expect(svg.contains(part), "\(part)")
        }
    }
}

/// Whether tags are balanced: enough for what Timeline writes.
private struct XMLParserProbe {
    let isWellFormed: Bool

    init(_ text: String) {
        var open: [Substring] = []
        var sound = true
        for tag in text.split(separator: "<").map({ $0.prefix { $0 != ">" } }) where !tag.isEmpty {
            if tag.hasPrefix("/") {
                sound = sound && open.popLast() == tag.dropFirst()
            } else if !tag.hasSuffix("/") {
                open.append(tag.prefix { $0 != " " })
            }
        }
        isWellFormed = sound && open.isEmpty
    }
}
