// The benches measure the architectures that they name, and leave a table and JSON. How fast, no test asks.

import ArgumentParser
import Evaluation
import Foundation
import Kernels
import DuetTesting
import Testing
import Transformer

@testable import Bench
@testable import Callers

@Suite struct BenchTests {
    /// SmolLM 135M, Qwen2.5 0.5B and 1.5B, head included once: their embeddings are tied.
    @Test(arguments: [("135m", 134_479_872), ("0.5b", 493_961_216), ("1.5b", 1_543_569_408)])
    func shapesHaveTheParametersOfTheirModels(
        _ shape: (name: String, parameters: Int)
    ) throws {
        let s = try DecoderShape.named(shape.name)
        let widths = s.stack.heads * s.stack.headDim + s.stack.keyHeads * s.stack.headDim
        let layer = 2 * s.stack.width * widths + 3 * s.stack.width * s.stack.hidden
        #expect(s.stack.layers * layer + s.vocabulary * s.stack.width == shape.parameters)
        #expect(s.products.last! == (s.vocabulary, s.stack.width))
        #expect(s.cacheBytes(positions: 2, precision: .bf16) * 2 == s.cacheBytes(positions: 2, precision: .f32))
    }

    @Test func aBenchLeavesItsRowsAsJSONAndMarkdown() throws {
        let folder = "\(Tools.folder)/\(UUID().uuidString)"
        let bench = try BenchDecode.parse([
            "--shape", "mini", "--batch", "1", "2", "--context", "0", "9", "--weights", "f32", "int8", "--cache",
            "bf16", "--seconds", "0.01", "--out", folder,
        ])
        try bench.run()
        let data = try Data(contentsOf: URL(fileURLWithPath: folder + "/decode.json"))
        let json = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
        let rows = try #require(json["rows"] as? [[String: Any]])
        #expect(rows.map { $0["batch"] as? Int } == [1, 2, 1, 2, 1, 2, 1, 2])
        #expect(rows.map { $0["context"] as? Int } == [0, 0, 9, 9, 0, 0, 9, 9])
        #expect(rows.allSatisfy { ($0["tokensPerSecond"] as? Double ?? 0) > 0 && $0["cache"] as? String == "bf16" })
        let markdown = try String(contentsOfFile: folder + "/decode.md", encoding: .utf8)
        #expect(markdown.contains("| mini | int8 | bf16 | 9 | 2 |"))
    }

    @Test func kernelsAreSharesOfLimits() throws {
        let folder = "\(Tools.folder)/\(UUID().uuidString)"
        let bench = try BenchKernels.parse([
            "--shape", "mini", "--rows", "1", "8", "--candidates", "int8", "--out", folder,
        ])
        try bench.run()
        let plot = try String(contentsOfFile: folder + "/kernels-int8.svg", encoding: .utf8)
        #expect(plot.hasPrefix("<svg") && plot.contains("mini"))
        let data = try Data(contentsOf: URL(fileURLWithPath: folder + "/kernels.json"))
        let json = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
        let rows = try #require(json["rows"] as? [[String: Any]])
        #expect(rows.count == 2 * 6)
        for row in rows {
            let shares = ["peakShare", "readShare", "limitShare"].map { row[$0] as? Double ?? 0 }
            #expect(shares[0] > 0 && shares[1] > 0 && shares[2] == max(shares[0], shares[1]))
        }
    }

    @Test func whatCannotBeMeasuredIsRefused() {
        func refusal(_ arguments: [String]) -> String {
            do { _ = try BenchDecode.parse(arguments) } catch { return BenchDecode.message(for: error) }
            return ""
        }
        #expect(refusal(["--shape", "7b"]).contains("135m, 0.5b, 1.5b, mini"))
        #expect(refusal(["--batch", "65"]).contains("1 to 64"))
        #expect(refusal(["--context", "4097"]).contains("0 to 4096"))
        #expect(refusal(["--weights", "int4"]).contains("int4"))
        #expect(refusal(["--cache", "int4"]).contains("there are f32, bf16, int8"))
        #expect(refusal(["--cache", "int4g"]).contains("there are f32, bf16, int8"))
        #expect(refusal(["--batch", "64", "--context", "4096"]).contains("caches"))
        #expect(refusal(["--batch", "64", "--context", "128"]).isEmpty)
    }

    @Test func theCodecBenchTellsWhatTheServersSettingsCost() throws {
        let folder = "\(Tools.folder)/\(UUID().uuidString)", wav = folder + ".wav"
        let tone = (0..<24_000).map { 0.3 * Float(sin(Double($0 * $0) * 1e-5)) }
        try WAV(rate: 16_000, channels: [tone]).data.write(to: URL(fileURLWithPath: wav))
        try BenchCodec.parse([wav, "--seconds", "0.001", "--out", folder]).run()
        let data = try Data(contentsOf: URL(fileURLWithPath: folder + "/codec.json"))
        let json = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
        let rows = try #require(json["rows"] as? [[String: Any]])
        #expect(rows.count == 7 && rows.allSatisfy { $0["microseconds"] as? Double ?? 0 > 0 })
        #expect(rows[0]["spectralDifference"] as? Double ?? 0 > 0)
    }

    @Test func spectraOfTheSameSoundAreTheSameHoweverLate() {
        let sound = (0..<16_000).map { 0.3 * Float(sin(Double($0 * $0) * 1e-5)) }
        #expect(SpectralDifference.decibels(sound, [Float](repeating: 0, count: 137) + sound) < 0.1)
        let half = SpectralDifference.decibels(sound, sound.map { $0 / 2 })
        // Bands below the front end's floor differ by less.
        #expect(half > 1 && half < 6.1)
    }

    @Test func whatSessionsCostIsSharedOutAndDrawn() throws {
        var one = BenchSessions.Row(), many = BenchSessions.Row()
        (one.sessions, one.megabytesEmpty, one.megabytes, one.latency) = (1, 100, 101, [200, 210, 220])
        (many.sessions, many.megabytesEmpty, many.megabytesAtStart, many.megabytes) = (50, 100, 300, 350)
        (many.serverCores, many.latency, many.latencyAboveUnloaded) = (0.5, [300, 400, 500], 300)
        #expect(many.millisecondsEach == 10 && many.megabytesEach == 5 && many.megabytesEachAtStart == 4)
        (many.slice, one.latencyAdded, many.latencyAdded) = ([10, 20, 30], [0, 1, 2], [20, 40, 60])
        let table = BenchSessions.markdown([one, many]).split(separator: "\n")
        #expect(table.count == 4 && Set(table.map { $0.filter { $0 == "|" }.count }).count == 1)
        #expect(table[3].contains("300 / 400 / 500 | 300 | 20 / 40 / 60 |"))
        let plots = BenchSessions.plots([one, many])
        #expect(plots.map(\.name) == ["sessions-cost", "sessions-latency", "sessions-slice", "sessions-memory"])
        #expect(plots.allSatisfy { $0.svg.hasPrefix("<svg") && $0.svg.hasSuffix("</svg>") })
        let json = try JSONSerialization.jsonObject(
            with: { () -> Data in
                let encoder = JSONEncoder()
                encoder.nonConformingFloatEncodingStrategy = .convertToString(
                    positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
                return try encoder.encode(many)
            }())
        #expect((json as? [String: Any])?["megabytesEach"] as? Double == 5)
    }

    @Test func someSlicesMayBeLateIfTheAnswersAreNot() {
        var row = BenchSessions.Row()
        (row.sessions, row.answers, row.questions, row.misses, row.gaps) = (16, 8, 16, 10, 3)
        (row.lateShare, row.latencyRatio) = (0.01, 1.5)
        #expect(row.isHeld(0.01) && !row.isHeld(nil) && !row.isHeld(0.009))
        row.latencyRatio = 1.51
        #expect(!row.isHeld(0.01))
        (row.latencyRatio, row.failures) = (1, 1)
        #expect(!row.isHeld(0.01))
        (row.failures, row.answers) = (0, 7)
        #expect(!row.isHeld(0.01))
    }

    @Test func theShareOfLateSlicesIsOfThoseThatWereDue() {
        var row = BenchSessions.Row()
        row.note(
            MetricsText(
                """
                duet_slices_total 90
                duet_slices_skipped_total 10
                duet_slice_deadline_missed_total 5
                duet_step_seconds_sum{stage="listen"} 0.5
                duet_step_seconds_count{stage="listen"} 50
                duet_step_seconds_sum{stage="speak"} 1
                duet_step_seconds_count{stage="speak"} 50
                """))
        #expect(row.lateShare == 0.15 && row.stages["listen"] == 10 && row.stages["speak"] == 20)
    }

    @Test func latencyIsComparedWithThatOfTheSameQuestion() {
        var alone = LoadResult(), loaded = LoadResult()
        alone.latencies = [(0, 0.2), (1, 0.5), (0, 0.3), (0, 0.25)]
        loaded.latencies = [(1, 0.53), (0, 0.3), (2, 9)]
        #expect(alone.medians == [0: 0.25, 1: 0.5])
        let added = loaded.latencies(above: alone.medians)
        #expect(added.count == 2 && abs(added[0] - 0.03) < 1e-9 && abs(added[1] - 0.05) < 1e-9)
    }

    @Test func quietTimeIsWhatTheHostLeftAlone() {
        // A sample a second; of 200 ticks a second the host takes 40 in four seconds after the tenth.
        var samples: [OverloadWatch.Sample] = [], stolen = 0.0
        for second in 0...30 {
            if (11..<15).contains(second) { stolen += 40 }
            samples.append(
                OverloadWatch.Sample(
                    at: Double(second), misses: second < 12 ? 0 : 7, skipped: 0, dropped: 0, room: 0, stolen: stolen,
                    ticks: 200 * Double(second)))
        }
        #expect(abs(QuietTime.stolen(samples) - 160 / 6000) < 1e-9)
        let spans = QuietTime.spans(samples)
        #expect(spans.map { $0[0].at } == [0, 5, 20, 25])
        var row = BenchSessions.Row(), heard = LoadResult()
        heard.gaps = [(-88, 0.1), (-95, 0.1), (-79.5, 0.2)]
        row.note(samples, heard, from: 100)
        #expect(row.quietSeconds == 20 && row.quietMisses == 0 && row.quietGaps == 2)
    }

    @Test func loadsStayOnThisMachineAndWithinTheirBounds() {
        func refusal(_ arguments: [String]) -> String {
            let files = arguments.contains("--people") ? [] : ["a.wav"]
            do { _ = try BenchSessions.parse(files + arguments) } catch { return BenchSessions.message(for: error) }
            return ""
        }
        #expect(refusal(["--sessions", "501"]).contains("1 to 500"))
        #expect(refusal(["--sessions", "500"]).isEmpty)
        #expect(refusal(["--url", "ws://example.org/v1/duplex"]).contains("on this machine"))
        #expect(refusal(["--url", "ws://127.0.0.1:1/v1/duplex"]).isEmpty)
        #expect(refusal(["--seconds", "3601"]).contains("5 to 3600"))
        #expect(refusal(["--server-cores", "0"]).contains("--server-cores"))
        #expect(
            refusal(["--people", "a.json"]).isEmpty && refusal(["--people", "a.json", "b.wav"]).contains("--people"))
        #expect(refusal(["--people", "a.json", "--clips", "501"]).contains("--clips"))
        #expect(
            refusal(["--late-max", "1.1"]).contains("--late-max") && refusal(["--apart", "0"]).contains("--apart"))
        #expect(refusal(["--pause", "61"]).contains("--pause") && refusal(["--late-max", "0.01"]).isEmpty)
    }
}
