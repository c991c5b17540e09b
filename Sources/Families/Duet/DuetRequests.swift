// The requests that a model answers itself where sessions have a mind, from requests.json (Scripts/training/requests.py).

internal import Foundation
internal import Transformer

/// Patterns of words: a word, a slot in braces that stands for any of its values, or `*` for one or more words.
struct DuetRequests: Sendable {
    private struct File: Decodable {
        var requests: [String]
        var slots: [String: [String]]
    }

    private enum Part: Sendable {
        case word(Substring)
        /// Values of a slot, word by word.
        case slot([[Substring]])
        case anything
    }

    private let patterns: [[Part]]
    /// Words of a request that are compared. Longer requests match nothing.
    private static let wordsMax = 40

    /// No requests.
    init() { patterns = [] }

    /// Without a file, there are no requests.
    init(path: String) throws(ModelError) {
        guard let data = FileManager.default.contents(atPath: path) else {
            self.init()
            return
        }
        guard let file = try? JSONDecoder().decode(File.self, from: data) else {
            throw ModelError("\(path) is not {\"requests\": [...], \"slots\": {...}}")
        }
        try self.init(file.requests, slots: file.slots, path: path)
    }

    init(_ requests: [String], slots: [String: [String]], path: String = "requests") throws(ModelError) {
        var patterns: [[Part]] = []
        for request in requests {
            var parts: [Part] = []
            for word in request.split(separator: " ") {
                if word == "*" {
                    parts.append(.anything)
                } else if word.first == "{" {
                    guard let values = slots[String(word.dropFirst().dropLast())] else {
                        throw ModelError("\(path): \(word) is not among its slots")
                    }
                    parts.append(.slot(values.map { $0.split(separator: " ") }))
                } else {
                    parts.append(.word(word))
                }
            }
            patterns.append(parts)
        }
        self.patterns = patterns
    }

    /// Whether `request` matches a pattern. Case and punctuation do not matter.
    func contains(_ request: String) -> Bool {
        let words = request.lowercased().split { !$0.isLetter && !$0.isNumber && $0 != "'" }
        guard !words.isEmpty, words.count <= Self.wordsMax else { return false }
        return patterns.contains { Self.matches($0[...], words[...]) }
    }

    private static func matches(_ parts: ArraySlice<Part>, _ words: ArraySlice<Substring>) -> Bool {
        guard let part = parts.first else { return words.isEmpty }
        let rest = parts.dropFirst()
        switch part {
        case .word(let word): return words.first == word && matches(rest, words.dropFirst())
        case .slot(let values):
            return values.contains { words.starts(with: $0) && matches(rest, words.dropFirst($0.count)) }
        // Only at the end.
        case .anything: return !words.isEmpty
        }
    }
}
