// Reads and checks config.json of a model that is made of parts.

internal import Dialogue
internal import Transformer

/// The `config.json` of a model of family "cascade". Paths are relative to the model's folder, or to the package for what is fetched.
struct CascadeConfig: Codable, Hashable, Sendable {
    struct Voice: Codable, Hashable, Sendable {
        /// "piper" or "duet-voice".
        var family: String
        /// The ONNX or safetensors file, and the folder of the pronunciations.
        var path, lexicon: String
        /// A network in the model's folder that reads words where the pronunciations are missing.
        var letters: String?
        var speaker: Int?
    }

    struct Recogniser: Codable, Hashable, Sendable {
        /// "whisper".
        var family: String
        /// A folder in CTranslate2's format.
        var path: String
    }

    var family: String
    var name: String
    var format: Int
    var plan: SlicePlan
    /// Files in the model's folder.
    var ear, floor: String
    var voice: Voice
    /// Speaks where `voice` is missing.
    var spare_voice: Voice?
    var recogniser: Recogniser

    static func read(_ path: String) throws -> CascadeConfig {
        let config: CascadeConfig = try ModelFamilies.config(path, of: "cascade")
        try config.check(path)
        return config
    }

    private func check(_ path: String) throws {
        func require(_ condition: Bool, _ message: String) throws {
            if !condition { throw ModelError("\(path): \(message)") }
        }
        try require(format == 1, "format \(format) is newer than this program")
        try plan.validate()
        try require(
            plan.sampleRate == 16_000 && plan.clock.slice_ms == 80, "family cascade works at 16 kHz in slices of 80 ms")
        try require(plan.tokens.idle == 0 && plan.tokens.end == 1, "family cascade has idle 0 and end 1")
        for voice in [voice] + (spare_voice.map { [$0] } ?? []) {
            try require(
                ["piper", "duet-voice"].contains(voice.family),
                "a voice of family \(voice.family), this program has piper and duet-voice")
            try require(
                voice.path.hasSuffix(".safetensors") == (voice.family == "duet-voice"),
                "\(voice.path) is no voice of family \(voice.family)")
            try require(voice.speaker ?? 0 >= 0, "a negative speaker")
        }
        try require(
            recogniser.family == "whisper", "a recogniser of family \(recogniser.family), this program has whisper")
    }
}
