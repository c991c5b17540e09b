// Writes log lines to a descriptor that may be slow, full or closed: logging never blocks and never fails.

internal import Basics
internal import Glibc
internal import Synchronization
internal import Wire

/// A bounded queue of lines and the thread that writes them. Lines that do not fit or cannot be written are dropped and counted.
final class LogWriter: Sendable {
    /// Lines that may wait, besides as many that the thread is writing. The limit is 1024, about 200 KB.
    static let linesMax = 1024

    private let descriptor: Atomic<CInt>
    /// The path of the open file, for `reopen`.
    private let file = Mutex<String?>(nil)
    private let lines = Mailbox<Line>(countMax: linesMax)
    private let dropped = Atomic<Int>(0)
    /// Lines not written yet.
    private let waiting = Atomic<Int>(0)

    private enum Line: Sendable { case text(String), end }

    init(descriptor: CInt) {
        self.descriptor = Atomic(descriptor)
        let thread = SystemThread.start { self.run() }
        invariant(thread != nil, "no thread for the log")
        pthread_detach(thread!)
    }

    /// Lines dropped so far.
    var droppedCount: Int { dropped.load(ordering: .relaxed) }

    /// Appends to this file from now on. Returns an error message on failure, and lines then go where they went before.
    func open(_ path: String) -> String? {
        file.withLock { file in
            let opened = Glibc.open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o640)
            guard opened >= 0 else { return "\(path): \(String(cString: strerror(errno)))" }
            if file == nil {
                descriptor.store(opened, ordering: .relaxed)
            } else {
                // The thread may be writing, so replace the file behind the same descriptor.
                dup2(opened, descriptor.load(ordering: .relaxed))
                _ = fcntl(descriptor.load(ordering: .relaxed), F_SETFD, FD_CLOEXEC)
                Glibc.close(opened)
            }
            file = path
            return nil
        }
    }

    /// Opens the path again: after log rotation it names a new file. Does nothing if no file was opened.
    func reopen() -> String? { path.flatMap { open($0) } }

    /// The file that lines go to; nil for the initial descriptor.
    var path: String? { file.withLock { $0 } }

    /// Queues a line; the newline is added later.
    func write(_ line: String) {
        waiting.add(1, ordering: .relaxed)
        guard !lines.push(.text(line)) else { return }
        waiting.subtract(1, ordering: .relaxed)
        dropped.add(1, ordering: .relaxed)
    }

    /// Waits until all lines are written, at most `milliseconds`: a stuck reader must not keep the program from ending.
    func flush(milliseconds: Int) {
        for _ in 0..<milliseconds where waiting.load(ordering: .relaxed) > 0 { usleep(1000) }
    }

    /// Ends the thread after the queued lines.
    func close() { lines.push(.end, urgent: true) }

    private func run() {
        var batch: [Line] = [], told = 0
        while true {
            lines.wait(until: nil)
            lines.drain(into: &batch)
            for line in batch {
                guard case .text(let text) = line else { return }
                if put(text) { told = reportDropped(told) } else { dropped.add(1, ordering: .relaxed) }
                waiting.subtract(1, ordering: .relaxed)
            }
        }
    }

    /// Reports dropped lines as soon as a line can be written again. Returns how many have been reported in all.
    private func reportDropped(_ told: Int) -> Int {
        let count = droppedCount
        guard count > told, put(Log.line("warning", "log lines dropped", [("lines", .integer(Int64(count - told)))]))
        else {
            return told
        }
        return count
    }

    /// False if the line cannot be written: the disk is full, or the descriptor or its reader is closed.
    private func put(_ line: String) -> Bool {
        let bytes = Array((line + "\n").utf8), descriptor = descriptor.load(ordering: .relaxed)
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
        var poll = pollfd(fd: descriptor.load(ordering: .relaxed), events: Int16(POLLOUT), revents: 0)
        Glibc.poll(&poll, 1, 1000)
    }
}
