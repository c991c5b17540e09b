// The speech of a load's clients: encoded and framed once for all of them.

public import Audio
internal import Basics
internal import Evaluation
internal import Wire

/// Clips with a pause after each, as websocket frames with one 20-ms Opus packet each, to be sent in turn.
public struct ClipLoop: Sendable {
    public static let format = AudioFormat(codec: .opus, rate: 24_000)!
    public static let packetSeconds = 0.02

    /// Amplitude of added white noise, -71 dBFS: real microphones are never silent, and decoding cost depends on it.
    private static let floor: Float = 0.0005

    /// What a session says and when, in seconds since it began: the packets, and each clip's beginning and last loud sample.
    public struct Schedule: Sendable {
        public var packets: [[UInt8]] = []
        public var starts: [Double] = [], ends: [Double] = []
    }

    /// Frames of each clip, and the time of its last loud sample in seconds.
    private let clips: [(packets: [[UInt8]], end: Double)]
    /// What is said in each clip; empty if that is not known.
    private let texts: [String]

    /// 16-kHz clips, each followed by `pause` seconds of silence. `texts`: what is said in them, if that is known.
    public init(_ clips: [[Float]], texts: [String] = [], pause: Double = 4) throws {
        self.texts = texts
        var random = Random(seed: 1)
        self.clips = try clips.map { clip in
            let encoder = try AudioEncoder(Self.format)
            let silence = Int(pause * Double(Recording.rate))
            let whole = Recording.rate / 50
            let padded = clip + Array(repeating: 0, count: silence + (whole - clip.count % whole) % whole)
            let end = Recording.spans(clip).last?.end ?? Double(clip.count) / Double(Recording.rate)
            let heard = padded.map { $0 + Self.floor * (2 * random.uniform() - 1) }
            return (try encoder.encode(heard).map(WebSocketSwarm.frame(binary:)), end)
        }
    }

    /// Index of the n-th clip in a session that begins with clip `first`.
    public func clip(_ n: Int, from first: Int) -> Int { (first + n) % clips.count }
    /// What is said in a clip; nil if that is not known.
    public func text(_ clip: Int) -> String? { clip < texts.count ? texts[clip] : nil }
    /// Seconds until all clips were said once.
    public var seconds: Double { Double(clips.reduce(0) { $0 + $1.packets.count }) * Self.packetSeconds }

    /// What a session says that begins with clip `first`.
    public func script(from first: Int, seconds: Double) -> Schedule {
        var script = Schedule()
        let count = Int(seconds / Self.packetSeconds)
        while script.packets.count < count {
            let clip = clips[clip(script.ends.count, from: first)]
            script.starts.append(Double(script.packets.count) * Self.packetSeconds)
            script.ends.append(script.starts.last! + clip.end)
            script.packets += clip.packets
        }
        script.packets = Array(script.packets.prefix(count))
        return script
    }
}
