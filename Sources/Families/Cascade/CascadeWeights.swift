// What all workers share of a model that is made of parts.

internal import Basics
internal import Floor
internal import Foundation
internal import Kernels
internal import Recognition
internal import Synthesis
internal import Transformer

/// The parts, loaded. A part that is missing is named, with the script that fetches it.
final class CascadeWeights: Sendable {
    let config: CascadeConfig
    let ear: EarWeights
    let floor: FloorWeights
    let voice: Synthesis.Voice
    let pronouncer: Pronouncer
    /// What the voice is in the config, and what is not as the config asks.
    let voiceConfig: CascadeConfig.Voice
    let notices: [String]

    init(directory: String, precision: Precision) throws {
        config = try CascadeConfig.read(directory + "/config.json")
        ear = try EarWeights.load(directory + "/" + config.ear, precision: precision)
        floor = try FloorWeights.load(directory + "/" + config.floor)
        let wanted = Self.place(config.voice.path, directory), isThere = Self.exists(wanted)
        // What is fetched may be missing; what is in the folder speaks then.
        let spare =
            isThere ? nil : config.spare_voice.flatMap { Self.exists(Self.place($0.path, directory)) ? $0 : nil }
        let chosen = spare ?? config.voice, path = Self.place(chosen.path, directory)
        try Self.require(path, "Scripts/fetch-voice")
        try Self.require(PackagePath.find(config.recogniser.path) + "/model.bin", "Scripts/fetch-recogniser")
        voice = try Voice(path: path)
        pronouncer = try Pronouncer(
            folder: PackagePath.find(chosen.lexicon), letters: chosen.letters.map { Self.place($0, directory) })
        guard chosen.speaker ?? 0 < voice.speakers else {
            throw ModelError("\(chosen.path) has \(voice.speakers) speakers, from 0")
        }
        voiceConfig = chosen
        notices =
            (spare == nil
                ? [] : ["\(config.voice.path) is missing, \(chosen.path) speaks: Scripts/fetch-voice fetches it"])
            + (pronouncer.hasLexicon
                ? []
                : ["\(chosen.lexicon) is missing, words are read by their letters: Scripts/fetch-voice fetches it"])
    }

    /// A file in the model's folder, or what is fetched.
    private static func place(_ path: String, _ directory: String) -> String {
        exists(directory + "/" + path) ? directory + "/" + path : PackagePath.find(path)
    }

    private static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    private static func require(_ path: String, _ script: String) throws {
        guard exists(path) else {
            throw ModelError("\(path) is missing: \(script) fetches it")
        }
    }
}
