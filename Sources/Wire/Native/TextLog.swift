// The text events that a client may have missed when its connection was lost.

/// The latest events of a session, oldest first.
struct TextLog {
    /// Beyond this the oldest are dropped. The limit is 64 KiB: at least the last half minute of decisions.
    static let bytesMax = 64 << 10

    private var texts: [(text: String, sequence: UInt32)] = []
    private var head = 0
    private var bytes = 0
    /// Events since the session's start.
    private(set) var count = 0

    /// `sequence` is the number of the next audio message.
    mutating func append(_ text: String, before sequence: UInt32) {
        texts.append((text, sequence))
        bytes += text.utf8.count
        count += 1
        while bytes > Self.bytesMax {
            bytes -= texts[head].text.utf8.count
            head += 1
        }
        // Moving the rest occasionally costs less than every time.
        if head > 64, head > texts.count / 2 {
            texts.removeFirst(head)
            head = 0
        }
    }

    /// Events that came after the audio message `sequence`.
    func after(_ sequence: Int64) -> [String] {
        texts[head...].filter { Int64($0.sequence) > sequence }.map(\.text)
    }

    /// Events that came after the first `count`.
    func since(_ count: Int) -> [String] { texts[head...].suffix(max(0, self.count - count)).map(\.text) }
}
