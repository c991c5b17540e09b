// The families that a model directory may belong to. Adding one is one folder beside this file and one line in `all`.

public import Dialogue
internal import Foundation
public import Kernels
internal import Transformer

/// A loaded model: makes an instance for each worker.
public protocol LoadedModel: Sendable {
    var name: String { get }
    var plan: SlicePlan { get }
    /// Lines about sizes, for `duet models`.
    var summary: [String] { get }
    /// The products of a slice: a shape for each, in their order.
    var products: [ProductShape] { get }
    /// Memory that one session's columns take, in bytes, about.
    var bytesPerSession: Int { get }
    /// One worker's instance with `slots` columns.
    func instance(slots: Int) -> any Model
}

/// How models of one family are loaded.
public struct ModelFamily: Sendable {
    public let name: String
    let load: @Sendable (_ directory: String, _ weights: Precision, _ cache: Precision) throws -> any LoadedModel
}

public enum ModelFamilies {
    public static let all: [ModelFamily] = [
        .duet
    ]

    /// Loads the model of `directory` by the family that its config.json names, its weights in the precision `weights`
    /// and its keys and values in `cache`.
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
}
