// Which part of an answer has been played.

/// The pieces of the present answer.
struct PlayedText {
    /// A piece, and about when it begins to sound, in milliseconds of the session.
    private var pieces: [(text: String, sounds: Int64)] = []

    mutating func append(_ piece: String, sounds: Int64) { pieces.append((piece, sounds)) }

    /// The text that has sounded once the audio before `played` has. Ends the answer.
    mutating func take(played: Int64) -> String {
        defer { pieces.removeAll(keepingCapacity: true) }
        return pieces.prefix { $0.sounds < played }.map(\.text).joined().trimmingPrefix(" ").description
    }

    mutating func clear() { pieces.removeAll(keepingCapacity: true) }
}
