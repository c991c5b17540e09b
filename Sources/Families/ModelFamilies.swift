// The families that a model directory may belong to. Adding one is one file and one line here.

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
        ModelFamily(name: "duet") { try DuetWeights(directory: $0, precision: $1, cache: $2) }
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

extension DuetWeights: LoadedModel {
    public var name: String { config.name }
    public var plan: SlicePlan { config.plan }

    public var summary: [String] {
        let d = config.decode, l = config.listen, s = config.speak
        return [
            "listen  \(l.dilations.count) causal blocks, width \(l.width), 2 rows a slice",
            "decode  \(d.layers) layers, width \(d.width), \(d.heads)/\(d.kv_heads) heads of \(d.head_dim), \(d.vocabulary) text pieces, \(d.codes) codes",
            "speak   \(s.slow.count) + \(s.fast.count) causal blocks, width \(s.width)",
        ]
    }

    public var products: [ProductShape] {
        let causal = (listenBlocks + slow + fast).flatMap { [$0.up, $0.down] }
        let layers = blocks.flatMap { [$0.query, $0.key, $0.value, $0.output, $0.gate, $0.up, $0.down] }
        let heads = [think, first] + [say, second].flatMap { [$0.up, $0.down, $0.head] }
        return ([listenInput, rows, speakInput, spread, speakOutput] + causal + layers + heads).map {
            ProductShape(outputs: $0.outputs, inputs: $0.inputs, precision: $0.precision)
        }
    }

    /// Keys and values of every layer, and as much as a fifth of them and 256 KiB for everything else.
    public var bytesPerSession: Int {
        let d = config.decode, memory = config.plan.memory
        let positions = memory.sinks + memory.window + (memory.words ?? 0)
        let cache = positions * d.layers * d.kv_heads * 2 * cachePrecision.rowBytes(dim: d.head_dim)
        return cache + cache / 5 + 256 << 10
    }

    public func instance(slots: Int) -> any Model { DuetModel(weights: self, slots: slots) }
}
