// How much of an answer its listener has heard.

/// The pieces of the answer that is being said.
struct PlayedText {
    /// A piece, and when it is about to sound, in milliseconds of the session.
    private var pieces: [(text: String, sounds: Int64)] = []

    mutating func append(_ piece: String, sounds: Int64) { pieces.append((piece, sounds)) }

    /// What has sounded when the audio before `played` has. The answer is over.
    mutating func take(played: Int64) -> String {
        defer { pieces.removeAll(keepingCapacity: true) }
        return pieces.prefix { $0.sounds < played }.map(\.text).joined().trimmingPrefix(" ").description
    }

    mutating func clear() { pieces.removeAll(keepingCapacity: true) }
}
