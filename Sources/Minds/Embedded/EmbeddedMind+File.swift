// Loads an embedded mind from its files.

internal import Basics
internal import Dialogue
internal import Foundation
public import Kernels
internal import Language
public import Transformer

extension EmbeddedMind {
    /// What a folder beside a model adds to it: `mind.json` and the files that it names.
    private struct Tuning: Decodable {
        /// The adapter's file, in the same folder.
        var adapter: String?
        /// Instructions of sessions that give none.
        var instructions: String?
        /// Tokens that stand for a decision.
        var idle: Int32?, resume: Int32?
    }

    /// - Parameters:
    ///   - path: a GGUF file.
    ///   - template: the name of a chat template; nil for the one that the file says.
    ///   - tuning: a folder with `mind.json`, what tuning has made of this file.
    ///   - precision: of the weights.
    public convenience init(
        path: String, template: String? = nil, tuning: String? = nil, precision: Precision = .int8g,
        options: EmbeddedOptions = EmbeddedOptions()
    ) throws(ModelError) {
        let file = try GGUFFile(path: path), tuned = try tuning.map(Self.read)
        var adapter: LanguageAdapter?, options = options
        if let folder = tuning, let name = tuned?.adapter { adapter = try LanguageAdapter(path: "\(folder)/\(name)") }
        if options.instructions.isEmpty { options.instructions = tuned?.instructions ?? "" }
        var decisions: [Int32: MindEnd] = [:]
        if let idle = tuned?.idle { decisions[idle] = .idle }
        if let resume = tuned?.resume { decisions[resume] = .resume }
        let weights = try LanguageWeights(file, adapter: adapter, precision: precision)
        let tokenizer = try TextTokenizer(file)
        guard tokenizer.count == weights.shape.vocabulary else {
            let count = weights.shape.vocabulary
            throw ModelError("\(path) has \(tokenizer.count) tokens, and a table of \(count)")
        }
        let positions = options.windowPositions + options.instructionPositionsMax
        guard positions <= weights.shape.contextMax else {
            let most = weights.shape.contextMax
            throw ModelError("\(path) was trained on \(most) positions, fewer than the \(positions) of a talk")
        }
        self.init(
            weights, format: ChatFormat(try ChatTemplate.of(file, named: template), tokenizer, decisions: decisions),
            options: options)
    }

    private static func read(_ folder: String) throws(ModelError) -> Tuning {
        let path = "\(folder)/mind.json"
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ModelError("\(path) cannot be read")
        }
        do {
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            return try decoder.decode(Tuning.self, from: data)
        } catch {
            throw ModelError("\(path) is not what a mind's tuning must be: \(error)")
        }
    }
}
