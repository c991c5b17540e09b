// `duet bench codec`: the cost per slice of a session's audio codec, without the model.

internal import ArgumentParser
internal import Audio
internal import Basics
internal import Callers
internal import Evaluation
internal import Foundation
internal import Kernels
internal import Wire

struct BenchCodec: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "codec",
        abstract: "What decoding and encoding a session's audio costs in a slice of 80 ms.",
        discussion: """
            The server encodes with settings of its own; what it would cost as a client encodes stands beside it, with the \
            difference of the spectra in dB between what went in and what comes out.
            """)

    @Argument(help: "WAV files that are coded.") var inputs: [String]
    @Option(parsing: .unconditional, help: "Processor seconds that each figure is measured for.") var seconds = 1.0
    @Option(help: "Folder to write codec.json and codec.md to.") var out: String?

    struct Row: Encodable, Sendable {
        var work: String
        /// Processor time of one core for 80 ms of audio.
        var microseconds: Double
        var kilobitsPerSecond = Double.nan
        /// Root mean square in dB over time and bands, where there is speech.
        var spectralDifference = Double.nan
    }

    func validate() throws {
        guard !inputs.isEmpty else { throw ValidationError("name at least one WAV file") }
        guard (0.001...60).contains(seconds) else { throw ValidationError("--seconds must be 0.001 to 60") }
    }

    func run() throws {
        if let out { try OutputFile.folder(out) }
        let speech = try inputs.flatMap(WAV.samples(path:))
        guard speech.count >= Self.slice * 10 else { throw ValidationError("less than a second of sound") }
        var result = BenchResult<Row>("codec", limits: CoreLimits())
        let serving = AudioFormat.standard, wide = AudioFormat(codec: .pcm, rate: 48_000)!
        result.rows = try [
            encode("encode speech", speech) { try AudioEncoder(serving: serving) },
            encode("encode speech as a client", speech) { try AudioEncoder(serving) },
            encode("encode silence", Array(repeating: 0, count: speech.count)) { try AudioEncoder(serving: serving) },
            encode("encode silence as a client", Array(repeating: 0, count: speech.count)) {
                try AudioEncoder(serving)
            },
            encode("PCM at 48 kHz, out", speech) { try AudioEncoder(serving: wide) },
            decode("decode a client's speech", speech, serving), decode("PCM at 48 kHz, in", speech, wide),
        ]
        try result.publish(Self.markdown(result.rows), to: out)
    }

    private static let slice = 1280

    private func slices(_ samples: [Float]) -> [[Float]] {
        stride(from: 0, to: samples.count - Self.slice + 1, by: Self.slice).map { Array(samples[$0..<$0 + Self.slice]) }
    }

    /// Microseconds per slice when `work` is repeated, in this thread's processor time.
    private func time(_ slices: Int, _ work: () throws -> Void) rethrows -> Double {
        try work()
        let begun = ThreadClock.now()
        var rounds = 0
        while ThreadClock.now() - begun < seconds {
            try work()
            rounds += 1
        }
        return 1e6 * (ThreadClock.now() - begun) / Double(max(1, rounds) * slices)
    }

    private func encode(_ work: String, _ samples: [Float], _ make: () throws -> AudioEncoder) throws -> Row {
        let slices = slices(samples), encoder = try make(), sample = try make()
        let packets = try slices.flatMap(sample.encode)
        var row = Row(
            work: work, microseconds: try time(slices.count) { for slice in slices { _ = try encoder.encode(slice) } })
        row.kilobitsPerSecond = Double(packets.map(\.count).reduce(0, +) * 8) / (0.08 * Double(slices.count)) / 1000
        let decoder = try AudioDecoder(.standard)
        let decoded = packets.compactMap(decoder.decode).flatMap { $0 }
        if work.contains("speech") {
            row.spectralDifference = SpectralDifference.decibels(slices.flatMap { $0 }, decoded)
        }
        return row
    }

    private func decode(_ work: String, _ samples: [Float], _ format: AudioFormat) throws -> Row {
        let encoder = try AudioEncoder(format), decoder = try AudioDecoder(format)
        let packets = try slices(samples).flatMap(encoder.encode)
        return Row(
            work: work,
            microseconds: time(slices(samples).count) { for packet in packets { _ = decoder.decode(packet) } })
    }

    private static func markdown(_ rows: [Row]) -> String {
        func one(_ x: Double) -> String { x.isFinite ? String(format: "%.1f", x) : "–" }
        let lines = rows.map {
            "| \($0.work) | \(one($0.microseconds)) | \(one($0.kilobitsPerSecond)) | \(one($0.spectralDifference)) |"
        }
        let head = ["| work | µs a slice | kbit/s | spectral difference, dB |", "|---|---|---|---|"]
        return (head + lines).joined(separator: "\n")
    }
}
