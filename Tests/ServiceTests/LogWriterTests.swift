// A log that cannot be written costs lines, never the program nor its threads.

import Basics
import Foundation
import Glibc
import Testing

@testable import Service

@Suite struct LogWriterTests {
    /// The two ends of a pipe.
    private func pipe() -> (reader: CInt, writer: CInt) {
        var ends: [CInt] = [0, 0]
        #expect(Glibc.pipe(&ends) == 0)
        return (ends[0], ends[1])
    }

    private func read(_ descriptor: CInt, bytes: Int) -> String {
        var buffer = [UInt8](repeating: 0, count: bytes), text = ""
        while true {
            let count = Glibc.read(descriptor, &buffer, bytes)
            guard count > 0 else { return text }
            text += String(decoding: buffer[..<count], as: UTF8.self)
            if text.hasSuffix("last\n") { return text }
        }
    }

    @Test func linesComeInTheirOrder() {
        let (reader, writer) = pipe()
        let log = LogWriter(descriptor: writer)
        for i in 0..<100 { log.write("line \(i)") }
        log.write("last")
        let lines = read(reader, bytes: 4096).split(separator: "\n")
        #expect(lines.map(String.init) == (0..<100).map { "line \($0)" } + ["last"])
        #expect(log.droppedCount == 0)
        log.close()
    }

    @Test func aStuckReaderStopsNobodyAndIsToldWhatItMissed() {
        let (reader, writer) = pipe()
        let log = LogWriter(descriptor: writer), line = String(repeating: "x", count: 1000)
        let begun = MonotonicClock.now()
        for _ in 0..<5000 { log.write(line) }
        #expect(MonotonicClock.now().since(begun) < 2_000_000_000)
        // A pipe holds 64 KiB; the thread has taken as many lines as may wait.
        #expect(log.droppedCount >= 5000 - 2 * LogWriter.linesMax - 66)
        log.flush(milliseconds: 10)
        let drain = Thread { _ = self.read(reader, bytes: 1 << 16) }
        drain.start()
        log.flush(milliseconds: 5000)
        let missed = log.droppedCount
        log.write("last")
        log.flush(milliseconds: 5000)
        #expect(log.droppedCount == missed)
        log.close()
    }

    @Test(arguments: ["/dev/full", "/dev/null"]) func aFullDiskDropsLines(_ path: String) {
        let descriptor = open(path, O_WRONLY)
        let log = LogWriter(descriptor: descriptor)
        for i in 0..<10 { log.write("line \(i)") }
        log.flush(milliseconds: 5000)
        #expect(log.droppedCount == (path == "/dev/full" ? 10 : 0))
        log.close()
    }

    @Test func aReaderThatIsGoneOrADescriptorThatIsClosedDropsLines() {
        signal(SIGPIPE, SIG_IGN)
        let (reader, writer) = pipe()
        Glibc.close(reader)
        for descriptor in [writer, 999] {
            let log = LogWriter(descriptor: descriptor)
            log.write("line")
            log.flush(milliseconds: 5000)
            #expect(log.droppedCount == 1)
            log.close()
        }
    }
}
