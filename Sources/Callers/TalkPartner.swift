// Who talks: gives the microphone's packets and gets what the server sends. The same with a server and in this process.

/// One side of a conversation. Times are seconds from its start.
public protocol TalkPartner: AnyObject, Sendable {
    /// The next `count` samples, to be spoken from `seconds` on; nil at the end. May wait for a live source.
    func packet(_ count: Int, at seconds: Double) throws -> [Float]?
    /// The packet turned out to be spoken from `seconds` on.
    func sent(_ samples: [Float], at seconds: Double)
    func received(_ pcm: [Float], at seconds: Double)
    func text(_ message: String, at seconds: Double)
}
