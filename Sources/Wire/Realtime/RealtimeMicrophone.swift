// The user's audio on its way to the engine: decoded, counted, and how far the model has heard it.

internal import Audio

/// Times are positions in the session, in milliseconds.
struct RealtimeMicrophone {
    /// How far the model has heard what came.
    enum Progress: CaseIterable {
        /// Audio waits.
        case behind
        /// All of it; the last words may not have been written yet.
        case processed
        /// All of it, and it has been silent for so long that no word is on its way.
        case quiet
    }

    /// Audio that may wait to be heard.
    static let waitingSecondsMax = 30
    /// Silence behind which no word is on its way any more.
    private static let quietMilliseconds: Int64 = 400
    /// So long after the last loud audio the user may be the reason for what the model does.
    private static let soundMilliseconds: Int64 = 2000

    /// Samples a second of what the engine hears.
    private let rate: Int
    private var decoder: AudioDecoder?
    /// Samples that came and wait to be heard.
    private var waiting = 0
    /// Samples that came since the last commit.
    private(set) var appended = 0
    /// When loud audio was heard last. Long before the session where there was none.
    private var loud = Int64.min / 2

    init(rate: Int) { self.rate = rate }

    var isOpen: Bool { decoder != nil }

    /// From now on audio is in this decoder's format.
    mutating func open(_ new: AudioDecoder) { decoder = new }

    /// Whether so many bytes more find room.
    func hasRoom(for bytes: Int, of format: AudioFormat) -> Bool {
        waiting + bytes / (format.codec == .pcm ? 2 : 1) * rate / format.rate <= Self.waitingSecondsMax * rate
    }

    /// Nil for what is no audio of the format.
    mutating func take(_ bytes: [UInt8]) -> [Float]? {
        guard let samples = decoder?.decode(bytes) else { return nil }
        appended += samples.count
        waiting += samples.count
        return samples
    }

    /// So many bytes were dropped unread.
    func skip(_ bytes: Int) { decoder?.skip(bytes) }

    /// A turn is committed or cleared: what comes now begins with a sample.
    mutating func restart() {
        appended = 0
        decoder?.restart()
    }

    /// Audio went to the engine, and so many samples wait behind it. Returns whether it was loud.
    mutating func passedOn(_ samples: [Float], waiting: Int, at position: Int64) -> Bool {
        self.waiting = waiting
        guard samples.contains(where: { abs($0) > InputBacklog.loudness }) else { return false }
        loud = position
        return true
    }

    func progress(at position: Int64) -> Progress {
        guard waiting == 0 else { return .behind }
        return position - loud > Self.quietMilliseconds ? .quiet : .processed
    }

    /// Whether somebody may have spoken: something was loud of late.
    func mayHaveSpoken(at position: Int64) -> Bool { position - loud < Self.soundMilliseconds }
}
