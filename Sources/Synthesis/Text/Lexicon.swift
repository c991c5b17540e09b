// Pronunciations of English words.

internal import Foundation
internal import Transformer

/// Misaki's lexicons of American English (us_gold.json, then us_silver.json; Apache-2.0) in misaki's symbols.
struct Lexicon: Sendable {
    private let gold, silver: [String: String]

    /// The files are 3 MB each.
    private static let bytesMax = 50_000_000

    init(folder: String) throws(ModelError) {
        gold = try Self.read(folder + "/us_gold.json")
        silver = try Self.read(folder + "/us_silver.json")
    }

    /// Whether `folder` has the files.
    static func isIn(_ folder: String) -> Bool { FileManager.default.fileExists(atPath: folder + "/us_gold.json") }

    init(_ words: [String: String]) { (gold, silver) = (words, [:]) }

    private static func read(_ path: String) throws(ModelError) -> [String: String] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ModelError("\(path) is missing: Scripts/fetch-voice fetches it")
        }
        guard data.count <= bytesMax, let table = try? JSONSerialization.jsonObject(with: data) as? [String: Any] else {
            throw ModelError("\(path) is not a lexicon in JSON")
        }
        var words: [String: String] = [:]
        words.reserveCapacity(table.count)
        for (word, entry) in table {
            // Words with several pronunciations list them by part of speech.
            let chosen = entry as? String ?? (entry as? [String: Any])?["DEFAULT"] as? String
            if let chosen, !chosen.isEmpty { words[word] = chosen }
        }
        return words
    }

    /// The pronunciation of `word`, in lower case or as a name.
    subscript(word: String) -> String? {
        let name = word.prefix(1).uppercased() + word.dropFirst()
        return gold[word] ?? gold[name] ?? silver[word] ?? silver[name]
    }

    /// The name of a letter.
    func letter(_ letter: String) -> String? { gold[letter.uppercased()] }
}
