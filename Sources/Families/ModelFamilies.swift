// The families that a model directory may belong to. To add one: a folder beside this file, and one line in `all`.

public import Dialogue
internal import Foundation
public import Kernels
internal import Transformer

/// A loaded model, which makes an instance for each worker.
public protocol LoadedModel: Sendable {
    var name: String { get }
    var plan: SlicePlan { get }
    /// Lines about the model's size, for `duet models`.
    var summary: [String] { get }
    /// What is not as its config asks, a line each, for the log. The default is none.
    var notices: [String] { get }
    /// The shapes of a slice's products, in order.
    var products: [ProductShape] { get }
    /// Approximate memory of one session's columns, in bytes.
    var bytesPerSession: Int { get }
    /// One worker's instance with `slots` columns.
    func instance(slots: Int) -> any Model
    /// Whether it says nothing without a mind. The default is no.
    var needsMind: Bool { get }
    /// What finds the words of its sessions' turns, if it `recognisesTurns`; one serves all workers. The default is none.
    func recogniser() throws -> (any TurnRecogniser)?
    /// How long that takes on a virtual clock, for so many samples: as long as on this project's machines. In nanoseconds.
    func recogniserNanoseconds(samples: Int) -> Int64
}

extension LoadedModel {
    public var notices: [String] { [] }
    public var needsMind: Bool { false }
    public func recogniser() throws -> (any TurnRecogniser)? { nil }
    public func recogniserNanoseconds(samples: Int) -> Int64 { 0 }
}

/// A family: how to load its models.
public struct ModelFamily: Sendable {
    public let name: String
    let load: @Sendable (_ directory: String, _ weights: Precision, _ cache: Precision) throws -> any LoadedModel
}

public enum ModelFamilies {
    public static let all: [ModelFamily] = [
        .duet, .cascade,
    ]

    /// Loads the model in `directory` with the family that its config.json names. `weights` is the precision of its weights,
    /// `cache` that of its keys and values.
    public static func load(
        _ directory: String, weights: Precision = .f32, cache: Precision = .f32
    ) throws -> any LoadedModel {
        struct Head: Decodable { var family: String }
        let path = directory + "/config.json"
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ModelError(
                "\(path) is missing: --model must name a directory with config.json, tokenizer.json and model.safetensors"
            )
        }
        guard let head = try? JSONDecoder().decode(Head.self, from: data) else {
            throw ModelError("\(path) names no family")
        }
        guard let family = all.first(where: { $0.name == head.family }) else {
            throw ModelError(
                "\(path): family \(head.family) is unknown, this program has \(all.map(\.name).joined(separator: ", "))"
            )
        }
        return try family.load(directory, weights, cache)
    }

    /// Reads the config of a model of `family`.
    static func config<Config: Decodable>(_ path: String, of family: String) throws -> Config {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ModelError("\(path) is missing: is this a model directory?")
        }
        do {
            return try JSONDecoder().decode(Config.self, from: data)
        } catch {
            throw ModelError("\(path) is not a config of family \(family): \(error)")
        }
    }
}
