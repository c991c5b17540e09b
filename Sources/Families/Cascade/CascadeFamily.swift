// The family of models that are made of parts: an ear, a floor, a voice, and a recogniser of turns. The mind answers.

internal import Basics
internal import Dialogue
internal import Kernels
internal import Recognition
internal import Synthesis

extension ModelFamily {
    static let cascade = ModelFamily(name: "cascade") { directory, weights, _ in
        try CascadeWeights(directory: directory, precision: weights)
    }
}

extension CascadeWeights: LoadedModel {
    var name: String { config.name }
    var plan: SlicePlan { config.plan }

    var summary: [String] {
        [
            "ear         \(config.ear)",
            "floor       \(config.floor)",
            "voice       \(voiceConfig.family), \(voiceConfig.path), \(voice.rate) Hz, \(voice.speakers) speakers",
            "recogniser  \(config.recogniser.family), \(config.recogniser.path)",
        ] + notices.map { "note        \($0)" }
    }

    var products: [ProductShape] { voice.products }

    /// The ear's keys and values; the longest turn's sound, twice because it is handed on; and 4 MB for everything else.
    var bytesPerSession: Int {
        Ear.bytesPerSlot(ear) + 2 * 24 * plan.sampleRate * MemoryLayout<Float>.size + 4 << 20
    }

    var needsMind: Bool { true }

    func instance(slots: Int) -> any Model { CascadeModel(weights: self, slots: slots) }

    func recogniser() throws -> (any TurnRecogniser)? {
        WhisperTurns(try Recognizer.load(PackagePath.find(config.recogniser.path)))
    }

    /// 30 ms, and 20 ms for each second of a turn (docs/benchmarks.md, "A second pass").
    func recogniserNanoseconds(samples: Int) -> Int64 {
        30_000_000 + 20_000_000 * Int64(samples) / Int64(plan.sampleRate)
    }
}
