// What a client is told about an event of a type that its protocol does not have.

enum EventTypes {
    /// `type` is empty if the event has none.
    static func unknown(_ type: String, _ known: [String]) -> String {
        guard !type.isEmpty else { return "type is missing." }
        return "There is no event of type \(type). Types are \(known.joined(separator: ", "))."
    }
}
