// Strings and the tokens that other programs make of them.

import Foundation
import Transformer

@testable import Language

/// A vocabulary with the tokens of many strings (Scripts/language/golden_tokens.py).
struct TokenGolden {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Resources")
    static let root = folder.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    static let names = ["gpt-2", "smollm", "llama-bpe", "qwen2", "llama", "gemma"]

    let tokenizer: TextTokenizer
    private let file: GGUFFile
    let strings: [String]

    init(_ name: String) throws {
        file = try GGUFFile(path: Self.folder.appendingPathComponent("tokens-\(name).gguf").path)
        tokenizer = try TextTokenizer(file)
        strings = try GGUFFile(path: Self.folder.appendingPathComponent("strings.gguf").path).strings("test.strings")
    }

    /// The tokens of each string, or nil if the file has none with this name.
    func tokens(_ name: String) throws -> [[Int32]]? { try Self.tokens(file, name) }

    static func tokens(_ file: GGUFFile, _ name: String) throws -> [[Int32]]? {
        guard let lengths = try file.ints(ifPresent: "test.\(name).lengths") else { return nil }
        let flat = try file.ints("test.\(name).tokens")
        var at = 0
        return lengths.map { length in
            defer { at += length }
            return flat[at..<at + length].map(Int32.init)
        }
    }
}
