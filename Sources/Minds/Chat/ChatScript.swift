// A script of what a user types, and when.

/// The steps of a script, one a line. `#` begins a comment.
public struct ChatScript: Sendable {
    public enum Step: Hashable, Sendable {
        /// Types words when the assistant is silent and has nothing to say.
        case type(String)
        /// Types words over the assistant, when it has said so many words since the last step.
        case over(words: Int, String)
        case wait(milliseconds: Int64)
        /// What a tool returned.
        case result(String)
    }

    /// What a line is not.
    public struct Fault: Error, CustomStringConvertible {
        public let description: String
    }

    public var steps: [Step]

    /// Lines: words; `+3 words`, over the assistant, when it has said three words; `~1.5`, seconds; `=result`, of the tool that was called
    /// last.
    public init(_ text: String) throws(Fault) {
        steps = []
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            do { steps += try Self.step(String(line)).map { [$0] } ?? [] } catch {
                throw Fault(description: "line \(number + 1): \(error)")
            }
        }
    }

    /// Nil for an empty line or a comment.
    public static func step(_ line: String) throws(Fault) -> Step? {
        let line = line.drop(while: \.isWhitespace), rest = line.dropFirst()
        switch line.first {
        case nil, "#": return nil
        case "+":
            let parts = rest.split(separator: " ", maxSplits: 1)
            guard parts.count == 2, let count = Int(parts[0]), (0...1000).contains(count) else {
                throw Fault(description: "+ needs a number of words and a text, such as +3 wait a moment")
            }
            return .over(words: count, String(parts[1]))
        case "~":
            guard let seconds = Double(rest), (0...600).contains(seconds) else {
                throw Fault(description: "~ needs seconds, 0 to 600, such as ~1.5")
            }
            return .wait(milliseconds: Int64(seconds * 1000))
        case "=": return .result(String(rest))
        default: return .type(String(line))
        }
    }
}
