// Records a worker's input so that `duet replay` can run it again. The recording holds everything that users say.

internal import Basics
internal import Glibc
internal import Switchboard
internal import Synchronization
internal import Wire

/// One worker's tape. Belongs to the worker; another thread writes the file.
final class FlightRecorder {
    /// Bytes written to the file at once, and pieces that may wait for a slow disk.
    private static let pieceBytes = 64 << 10, piecesMax = 256
    /// What was recorded is in the file after this time.
    private static let flushNanoseconds: Int64 = 1_000_000_000

    private let file: TapeFile
    private var tape = TapeWriter()
    private var fingerprint = ActionFingerprint()
    private var system = SystemRandomNumberGenerator()
    /// Bytes left of the recording's limit.
    private var left: Int
    /// When bytes were last handed to the file.
    private var handedOver = Instant.zero
    private var isOver = false

    init(path: String, header: TapeHeader, bytesMax: Int) throws(TapeError) {
        (file, left) = (try TapeFile(path: path, piecesMax: Self.piecesMax), bytesMax)
        tape.write(header)
    }

    /// A recorder for one worker, with its own file in the folder that the options name; nil if they name none.
    static func make(
        _ options: ServiceOptions, worker: Int, name: String, slots: Int, start: Instant
    ) throws(TapeError) -> FlightRecorder? {
        guard let folder = options.recordFolder else { return nil }
        let path = "\(folder)/duet-\(getpid())-\(start.nanoseconds)-\(worker).tape"
        let recorder = try FlightRecorder(
            path: path, header: TapeSetup.header(options, name: name, slots: slots, start: start),
            bytesMax: options.recordBytesMax / options.workers)
        Log.warning("everything that callers say is recorded", [("file", .string(path))])
        return recorder
    }

    deinit { close() }

    func note(_ entry: TapeEntry) {
        guard !isOver else { return }
        tape.write(entry)
        if tape.bytes.count >= Self.pieceBytes { handOver() }
    }

    /// Hands over what there is: after a second, or at once when the worker will `rest`. A file that is behind gets larger pieces.
    func flush(at now: Instant, rest: Bool = false) {
        let isDue = rest || now.since(handedOver) >= Self.flushNanoseconds
        guard !isOver, isDue, !tape.bytes.isEmpty, file.waitingCount < (rest ? Self.piecesMax / 2 : 1) else { return }
        handedOver = now
        handOver()
    }

    /// Records a fingerprint of the actions, for the replay to compare.
    func note(_ actions: [SwitchboardAction]) {
        guard !isOver, !actions.isEmpty else { return }
        for action in actions { fingerprint.add(action) }
        note(.actions(fingerprint.value))
    }

    /// The meter that the switchboard is given; `random` is its randomness.
    func work() -> Double {
        let seconds = ThreadClock.now()
        note(.work(seconds))
        return seconds
    }

    var random: any RandomNumberGenerator { Chance(recorder: self) }

    private struct Chance: RandomNumberGenerator {
        let recorder: FlightRecorder

        mutating func next() -> UInt64 {
            let number = recorder.system.next()
            recorder.note(.chance(number))
            return number
        }
    }

    /// Writes the rest and closes the file. Later entries are ignored.
    func close() {
        guard !isOver else { return }
        handOver()
        stop(nil)
    }

    private func handOver() {
        let piece = tape.take()
        guard piece.count <= left else { return stop("the recording has its largest size") }
        left -= piece.count
        if !file.write(piece) { stop("the disk is too slow for the recording") }
    }

    /// Stops at the first gap: an incomplete tape cannot be replayed.
    private func stop(_ why: String?) {
        isOver = true
        file.close()
        if let why { Log.warning("recording stopped: \(why)", [("file", .string(file.path))]) }
    }
}

/// Appends pieces to a file on its own thread.
private final class TapeFile: Sendable {
    private enum Piece: Sendable { case bytes([UInt8]), end }

    let path: String
    private let descriptor: CInt
    private let pieces: Mailbox<Piece>
    /// Pieces that are not in the file yet.
    private let waiting = Atomic<Int>(0)

    var waitingCount: Int { waiting.load(ordering: .relaxed) }

    init(path: String, piecesMax: Int) throws(TapeError) {
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        (self.path, pieces) = (path, Mailbox(countMax: piecesMax))
        guard descriptor >= 0 else { throw TapeError("cannot write \(path): \(String(cString: strerror(errno)))") }
        let thread = SystemThread.start { self.run() }
        invariant(thread != nil, "no thread for the recording")
        pthread_detach(thread!)
    }

    /// False if too many pieces are waiting.
    func write(_ bytes: [UInt8]) -> Bool {
        waiting.add(1, ordering: .relaxed)
        return pieces.push(.bytes(bytes))
    }

    func close() { pieces.push(.end, urgent: true) }

    private func run() {
        var batch: [Piece] = []
        defer { _ = Glibc.close(descriptor) }
        while true {
            pieces.wait(until: nil)
            pieces.drain(into: &batch)
            for piece in batch {
                guard case .bytes(let bytes) = piece, append(bytes) else { return }
                waiting.subtract(1, ordering: .relaxed)
            }
        }
    }

    private func append(_ bytes: [UInt8]) -> Bool {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress! + done, bytes.count - done) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            done += count
        }
        return true
    }
}
