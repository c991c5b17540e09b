// Provides the microphone's packets and receives what the server sends; works the same with a server and in this process.

/// The client's side of a conversation. Times are seconds from its start.
public protocol TalkPartner: AnyObject, Sendable {
    /// The next `count` samples, spoken from `seconds` on; nil at the end. May block on a live source.
    func packet(_ count: Int, at seconds: Double) throws -> [Float]?
    /// The packet was in fact spoken from `seconds` on.
    func sent(_ samples: [Float], at seconds: Double)
    func received(_ pcm: [Float], at seconds: Double)
    func text(_ message: String, at seconds: Double)
}
