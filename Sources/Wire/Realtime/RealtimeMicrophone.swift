// The user's audio on its way to the engine: decodes and counts it, and tracks how far the model has heard it.

internal import Audio

/// Times are positions in the session, in milliseconds.
struct RealtimeMicrophone {
    /// How far the model has heard the audio that came.
    enum Progress: CaseIterable {
        /// Audio waits.
        case behind
        /// All of it was heard; the last words may not have been written yet.
        case processed
        /// All of it was heard, and silence has lasted so long that no word is on its way.
        case quiet
    }

    /// Seconds of audio that may wait to be heard.
    static let waitingSecondsMax = 30
    /// Silence after which no word is on its way any more.
    private static let quietMilliseconds: Int64 = 400
    /// For this long after loud audio, the user may be the reason for what the model does.
    private static let soundMilliseconds: Int64 = 2000

    /// Samples a second of the engine's input.
    private let rate: Int
    private var decoder: AudioDecoder?
    /// Samples that came and wait to be heard.
    private var waiting = 0
    /// Samples that came since the last commit or clear.
    private(set) var appended = 0
    /// When loud audio was last heard. Long before the session if there was none.
    private var loud = Int64.min / 2

    init(rate: Int) { self.rate = rate }

    var isOpen: Bool { decoder != nil }

    /// From now on audio is in this decoder's format.
    mutating func open(_ new: AudioDecoder) { decoder = new }

    /// Whether this many more bytes fit.
    func hasRoom(for bytes: Int, of format: AudioFormat) -> Bool {
        waiting + bytes / (format.codec == .pcm ? 2 : 1) * rate / format.rate <= Self.waitingSecondsMax * rate
    }

    /// Nil when the bytes are not audio of the format.
    mutating func take(_ bytes: [UInt8]) -> [Float]? {
        guard let samples = decoder?.decode(bytes) else { return nil }
        appended += samples.count
        waiting += samples.count
        return samples
    }

    /// This many bytes were dropped unread.
    func skip(_ bytes: Int) { decoder?.skip(bytes) }

    /// A turn was committed or cleared: the next audio begins with a whole sample.
    mutating func restart() {
        appended = 0
        decoder?.restart()
    }

    /// Audio went to the engine, and `waiting` samples are left. Returns whether it was loud.
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

    /// Whether the user may have spoken: there was loud audio recently.
    func mayHaveSpoken(at position: Int64) -> Bool { position - loud < Self.soundMilliseconds }
}
