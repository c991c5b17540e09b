// Lines on their way to a descriptor that may be slow, full or gone: whoever logs never waits and never fails.

internal import Basics
internal import Glibc
internal import Synchronization
internal import Wire

/// A bounded queue of lines and the thread that writes them. Lines that do not fit, or cannot be written, are dropped and counted.
final class LogWriter: Sendable {
    /// Lines that may wait, beside as many that the thread has taken to write them. The limit is 1024, some 200 KB.
    static let linesMax = 1024

    private let descriptor: CInt
    private let lines = Mailbox<Line>(countMax: linesMax)
    private let dropped = Atomic<Int>(0)
    /// Lines that wait or are being written.
    private let waiting = Atomic<Int>(0)

    private enum Line: Sendable { case text(String), end }

    init(descriptor: CInt) {
        self.descriptor = descriptor
        let thread = SystemThread.start { self.run() }
        invariant(thread != nil, "no thread for the log")
        pthread_detach(thread!)
    }

    /// Lines that were dropped so far.
    var droppedCount: Int { dropped.load(ordering: .relaxed) }

    /// Queues a line; its end is added.
    func write(_ line: String) {
        waiting.add(1, ordering: .relaxed)
        guard !lines.push(.text(line)) else { return }
        waiting.subtract(1, ordering: .relaxed)
        dropped.add(1, ordering: .relaxed)
    }

    /// Waits until all lines are written, for `milliseconds` at most: a reader that is stuck must not keep the program.
    func flush(milliseconds: Int) {
        for _ in 0..<milliseconds where waiting.load(ordering: .relaxed) > 0 { usleep(1000) }
    }

    /// Ends the thread when the lines before are written.
    func close() { lines.push(.end, urgent: true) }

    private func run() {
        var batch: [Line] = [], told = 0
        while true {
            lines.wait(until: nil)
            lines.drain(into: &batch)
            for line in batch {
                guard case .text(let text) = line else { return }
                if put(text) { told = tell(told) } else { dropped.add(1, ordering: .relaxed) }
                waiting.subtract(1, ordering: .relaxed)
            }
        }
    }

    /// Says once that lines are missing, as soon as any can be written. Returns how many have been told of.
    private func tell(_ told: Int) -> Int {
        let count = droppedCount
        guard count > told, put(Log.line("warning", "log lines dropped", [("lines", .integer(Int64(count - told)))]))
        else {
            return told
        }
        return count
    }

    /// False where the descriptor takes no more: full, closed, or its reader gone.
    private func put(_ line: String) -> Bool {
        let bytes = Array((line + "\n").utf8)
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress! + sent, bytes.count - sent) }
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN { waitUntilWritable() } else if count <= 0 { return false }
            sent += max(0, count)
        }
        return true
    }

    private func waitUntilWritable() {
        var poll = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        Glibc.poll(&poll, 1, 1000)
    }
}
