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

    init(directory: String, precision: Precision) throws {
        config = try CascadeConfig.read(directory + "/config.json")
        ear = try EarWeights.load(directory + "/" + config.ear, precision: precision)
        floor = try FloorWeights.load(directory + "/" + config.floor)
        let voicePath = PackagePath.find(config.voice.path)
        try Self.require(voicePath, "Scripts/fetch-voice")
        try Self.require(PackagePath.find(config.recogniser.path) + "/model.bin", "Scripts/fetch-weights")
        voice = try Voice(path: voicePath)
        pronouncer = try Pronouncer(folder: PackagePath.find(config.voice.lexicon))
        guard config.voice.speaker ?? 0 < voice.speakers else {
            throw ModelError("\(config.voice.path) has \(voice.speakers) speakers, from 0")
        }
    }

    private static func require(_ path: String, _ script: String) throws {
        guard FileManager.default.fileExists(atPath: path) else {
            throw ModelError("\(path) is missing: \(script) fetches it")
        }
    }
}
