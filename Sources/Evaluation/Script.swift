// The conversations of an evaluation, as data: a JSON file beside the model.

internal import Foundation

/// What is measured, in the report's order.
public enum Suite: String, CaseIterable, Sendable, Codable {
    case turnTaking = "turn-taking"
    case pause
    case backChannel = "back-channel"
    case vocalTic = "vocal-tic"
    case sideTalk = "side-talk"
    case interruption, stop, silence
    case noSpeech = "no-speech"
    case echo, degraded, memory, unknown
    case `repeat`
    case peopleHears = "people-hears"
    case peopleTurns = "people-turns"
    case peopleHesitation = "people-hesitation"
    case peopleInterruption = "people-interruption"
    case peopleBackChannel = "people-back-channel"
    case peopleVocalTic = "people-vocal-tic"
    case peopleSideTalk = "people-side-talk"
}

/// The scripted conversations of each suite.
public struct Script: Sendable {
    public var suites: [Suite: [Scene]]

    public init(suites: [Suite: [Scene]]) { self.suites = suites }

    /// Reads and validates a file. Every error is one sentence that says where it is.
    public init(path: String) throws(ScriptError) {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ScriptError("\(path) cannot be read: name a file of conversations with --script")
        }
        do { try self.init(data: data) } catch { throw ScriptError("\(path): \(error)") }
    }

    init(data: Data) throws {
        let file: File
        do { file = try JSONDecoder().decode(File.self, from: data) } catch let error as DecodingError {
            throw ScriptError(error)
        }
        guard file.format == 1 else { throw ScriptError("format \(file.format) is unknown, this program reads 1") }
        suites = [:]
        for (name, scenes) in file.suites {
            guard let suite = Suite(rawValue: name) else {
                throw ScriptError("suite \"\(name)\" is unknown, there are \(Suite.names)")
            }
            suites[suite] = scenes
        }
        try check()
    }

    private struct File: Decodable {
        var format: Int
        var suites: [String: [Scene]]
    }

    /// Identifiers must be unique: they name rows, seeds and pictures.
    private func check() throws(ScriptError) {
        var seen: Set<String> = []
        for scene in Suite.allCases.flatMap({ suites[$0] ?? [] }) {
            guard seen.insert(scene.id).inserted else { throw ScriptError("two conversations are called \(scene.id)") }
            if let problem = scene.problem { throw ScriptError("\(scene.id): \(problem)") }
        }
    }
}

extension Suite {
    /// Whether the callers are recordings of people.
    public var hasPeople: Bool { rawValue.hasPrefix("people-") }

    /// Whether the words of the server's transcripts are counted.
    public var countsWords: Bool { [.peopleHears, .peopleTurns].contains(self) }

    public static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }
}

/// What is wrong with a script.
public struct ScriptError: Error, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }

    init(_ error: DecodingError) {
        switch error {
        case .keyNotFound(let key, let context):
            self.init("\(Self.place(context.codingPath)) has no \"\(key.stringValue)\"")
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            self.init("\(Self.place(context.codingPath)): \(context.debugDescription)")
        @unknown default: self.init("\(error)")
        }
    }

    private static func place(_ path: [any CodingKey]) -> String {
        path.isEmpty ? "the file" : path.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: "/")
    }
}

extension Script {
    /// All words of the expected answers.
    public var answerWords: Set<String> {
        let expected = suites.values.joined().flatMap(\.turns).compactMap(\.expect).joined()
        return Set(expected.flatMap(Judge.normalized)).subtracting(["*"])
    }
}
