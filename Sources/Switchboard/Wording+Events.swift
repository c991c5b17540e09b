// Tells a client which part of its text cannot be said.

internal import Dialogue
internal import Wire

extension Wording {
    /// One event if characters were left out, and one if the end was; none if everything is said.
    var events: [ServerEvent] {
        var messages: [String] = []
        if !unspoken.isEmpty { messages.append("These characters cannot be said and were left out: \(unspoken)") }
        if isCut {
            messages.append("The text is too long: what is behind its first \(words.count) words was left out.")
        }
        return messages.map { .info(code: ServerEvent.unspeakable, message: $0, milliseconds: 0) }
    }
}
