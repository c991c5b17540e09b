// The text events that a client may have missed when its connection is lost.

/// The last events of a session, oldest first.
struct TextLog {
    /// Beyond this the oldest go. The limit is 64 KiB, of decisions the last half minute and more.
    static let bytesMax = 64 << 10

    private var texts: [(text: String, sequence: UInt32)] = []
    private var head = 0
    private var bytes = 0
    /// Events since the session's start.
    private(set) var count = 0

    /// `sequence` is the number of the audio message that comes next.
    mutating func append(_ text: String, before sequence: UInt32) {
        texts.append((text, sequence))
        bytes += text.utf8.count
        count += 1
        while bytes > Self.bytesMax {
            bytes -= texts[head].text.utf8.count
            head += 1
        }
        // Moving the rest now and then costs less than each time.
        if head > 64, head > texts.count / 2 {
            texts.removeFirst(head)
            head = 0
        }
    }

    /// Those that came behind the audio message `sequence`.
    func after(_ sequence: Int64) -> [String] {
        texts[head...].filter { Int64($0.sequence) > sequence }.map(\.text)
    }

    /// Those that came when there had been `count` already.
    func since(_ count: Int) -> [String] { texts[head...].suffix(max(0, self.count - count)).map(\.text) }
}
