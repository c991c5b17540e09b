// The transcripts of both sides, as lines for a terminal.

internal import Foundation

/// Turns a session's events into lines, in order.
struct TalkTranscript {
    /// Words of turns that have not ended.
    private var open: [(side: Side, text: String, start: Double)] = []
    /// Whether either side has said a word.
    private(set) var hasWords = false

    private enum Side: String { case user = "you :", assistant = "duet:" }

    /// The lines for an event. `isInterruption`: whether the user has just spoken. If not, an answer that stops early broke off.
    mutating func take(_ message: String, isInterruption: Bool = false) -> [String] {
        guard let event = try? JSONSerialization.jsonObject(with: Data(message.utf8)) as? [String: Any],
            let type = event["type"] as? String
        else { return [] }
        switch type {
        case "session.started":
            let session = event["session"] as? [String: Any]
            return ["session \(session?["id"] ?? "?") with \(session?["model"] ?? "?")"]
        case "session.input_transcript.delta": add(event, .user)
        case "session.output_transcript.delta": add(event, .assistant)
        case "session.latency": return [Self.latency(event)]
        case "session.input_transcript.done": return [end(event, .user, "")]
        case "session.output_transcript.done":
            let isCut = event["interrupted"] as? Bool == true
            return [end(event, .assistant, isCut ? isInterruption ? " … (interrupted)" : " … (broke off)" : "")]
        case "error", "info", "client.error": return [Self.told(event) ?? message]
        default: break
        }
        return []
    }

    /// The turns that were unfinished when the talk ended.
    mutating func end() -> [String] {
        defer { open = [] }
        return open.map {
            Self.line($0.side, $0.text.trimmingCharacters(in: .whitespaces) + " … (unfinished)", $0.start)
        }
    }

    private mutating func add(_ event: [String: Any], _ side: Side) {
        hasWords = true
        let index = open.firstIndex { $0.side == side } ?? open.endIndex
        if index == open.endIndex { open.append((side, "", Self.seconds(event))) }
        open[index].text += event["delta"] as? String ?? ""
    }

    private mutating func end(_ event: [String: Any], _ side: Side, _ mark: String) -> String {
        let text = event["text"] as? String ?? ""
        hasWords = hasWords || !text.isEmpty
        open.removeAll { $0.side == side }
        return Self.line(side, text + mark, Self.seconds(event))
    }

    private static func line(_ side: Side, _ text: String, _ start: Double) -> String {
        String(format: "%7.2f s  %@ %@", start, side.rawValue, text)
    }

    private static func seconds(_ event: [String: Any]) -> Double {
        ((event["start_ms"] ?? event["at_ms"]) as? NSNumber).map { $0.doubleValue / 1000 } ?? 0
    }

    /// The steps to an answer, since the end of the user's speech.
    private static func latency(_ event: [String: Any]) -> String {
        func step(_ name: String) -> Int { (event[name + "_ms"] as? NSNumber)?.intValue ?? 0 }
        return
            "           after \(step("decided")) ms the turn is over, after \(step("recognised")) ms its words are there, "
            + "after \(step("answered")) ms the answer's, after \(step("heard")) ms its sound"
    }

    /// The message of a server's error or notice.
    private static func told(_ event: [String: Any]) -> String? {
        let body = event["error"] as? [String: Any] ?? event
        return (body["message"] as? String).map { "server: \($0)" }
    }
}
