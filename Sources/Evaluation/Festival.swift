// The synthesizer whose voice the model learned: the reference for intelligibility.

internal import Foundation

/// Synthesizes a batch of texts with festival.
enum Festival {
    static let voice = "cmu_us_slt_arctic_hts"
    static let packages = "festival festvox-us-slt-hts"

    static var isInstalled: Bool {
        Program.isInstalled("festival")
            && FileManager.default.fileExists(atPath: "/usr/share/festival/voices/us/" + voice)
    }

    /// One 16-kHz clip per text.
    static func speak(_ texts: [String], folder: String) throws -> [[Float]] {
        let lines = texts.enumerated().flatMap { index, text in
            [
                "(set! u (utt.synth (Utterance Text \"\(Judge.normalized(text).joined(separator: " "))\")))",
                "(utt.save.wave u \"\(folder)/original\(index).wav\" 'riff)",
            ]
        }
        let script = folder + "/original.scm"
        try Data((["(voice_\(voice))"] + lines).joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: script))
        _ = try Program.run(["festival", "-b", script])
        return try texts.indices.map { try WAV.samples(path: "\(folder)/original\($0).wav") }
    }
}
