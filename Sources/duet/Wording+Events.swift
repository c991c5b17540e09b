// What a client is told of its text.

internal import Dialogue
internal import Wire

extension Wording {
    /// One event where characters were left out; none where everything is said.
    var events: [ServerEvent] {
        guard !unspoken.isEmpty else { return [] }
        let message = "These characters cannot be said and were left out: \(unspoken)"
        return [.info(code: ServerEvent.unspeakable, message: message, milliseconds: 0)]
    }
}
