// Limits for figures, by which an automatic check detects regressions.

internal import Basics
internal import Foundation

/// A file of limits: {"turn-taking.right": {"min": 0.75}, "turn-taking.latency.median": {"max": 0.5}}.
public struct Bounds: Sendable {
    struct Bound: Decodable, Sendable {
        var min: Double?
        var max: Double?
    }

    private let bounds: [String: Bound]

    public init(path: String) throws(ScriptError) {
        if let why = FileTrouble.readProblem(path) { throw ScriptError(why) }
        guard let data = FileManager.default.contents(atPath: path) else { throw ScriptError("\(path) cannot be read") }
        do { try self.init(data: data) } catch { throw ScriptError("\(path): \(error)") }
    }

    init(data: Data) throws {
        do { bounds = try JSONDecoder().decode([String: Bound].self, from: data) } catch let error as DecodingError {
            throw ScriptError(error)
        }
        if let empty = bounds.keys.sorted().first(where: { bounds[$0]!.min == nil && bounds[$0]!.max == nil }) {
            throw ScriptError("\(empty) has neither \"min\" nor \"max\"")
        }
    }

    /// One line for each figure that violates its limit or was not measured.
    public func broken(by figures: [Figure]) -> [String] {
        bounds.keys.sorted().compactMap { name in
            let bound = bounds[name]!
            guard let figure = figures.first(where: { $0.name == name }), let value = figure.value else {
                return "\(name) was not measured, and has a limit"
            }
            if let min = bound.min, value < min { return "\(name) is \(value), below \(min)" }
            if let max = bound.max, value > max { return "\(name) is \(value), above \(max)" }
            return nil
        }
    }
}
