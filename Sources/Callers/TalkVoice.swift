// Who speaks in a talk, and may listen to the other side.

/// The user's voice. Times are seconds from the talk's start.
public protocol TalkVoice: AnyObject, Sendable {
    /// The next `count` samples, spoken from `seconds` on; nil at the end. May block on a live source.
    func packet(_ count: Int, at seconds: Double) throws -> [Float]?
    func received(_ pcm: [Float], at seconds: Double)
    func text(_ message: String, at seconds: Double)
}

/// Who only speaks.
extension TalkVoice {
    public func received(_ pcm: [Float], at seconds: Double) {}
    public func text(_ message: String, at seconds: Double) {}
}
