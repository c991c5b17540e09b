// Who is refused is logged, however many there are, within a limit.

import Basics
import Synchronization
import Testing
import Wire

@testable import Sockets
@testable import Service

/// Keeps what is logged.
final class LineBox: Sendable {
    let all = Mutex<[String]>([])
    var log: RefusalLog {
        RefusalLog { message, fields in self.all.withLock { $0.append(message + " " + JSONText.line(fields)) } }
    }
}

@Suite struct RefusalLogTests {
    private let lines = LineBox()
    private let refusal = HTTPResponse.error(401, "invalid_api_key", "No.")

    private func at(_ milliseconds: Int64) -> Instant { Instant.zero.advanced(milliseconds: milliseconds) }

    @Test func aLineSaysWhoWhereAndWhy() {
        lines.log.note(refusal, remote: "1.2.3.4", path: "/v1/realtime", at: at(0))
        let line = lines.all.withLock { $0 }
        #expect(
            line == [
                #"refused {"remote":"1.2.3.4","path":"/v1/realtime","status":401,"why":"invalid_api_key"}"#
            ])
    }

    @Test func aFloodIsCountedAndTheCountIsTold() {
        let log = lines.log
        for i in 0..<10_000 { log.note(refusal, remote: "1.2.3.4", path: "/", at: at(Int64(i) / 10)) }
        #expect(lines.all.withLock { $0.count } == LineBudget.linesMax)
        // The next line, a second later, says what is missing; there is nothing more to tell then.
        log.note(refusal, remote: "1.2.3.4", path: "/", at: at(2000))
        #expect(lines.all.withLock { $0.last!.contains("\"suppressed\":9990") })
        log.catchUp(at: at(5000))
        #expect(lines.all.withLock { $0.count } == LineBudget.linesMax + 1)
    }

    @Test func aFloodThatEndsIsToldOf() {
        let log = lines.log
        for _ in 0..<LineBudget.linesMax + 5 { log.note(refusal, remote: "1.2.3.4", path: "/", at: at(0)) }
        for time in stride(from: Int64(0), to: 1000, by: 500) { log.catchUp(at: at(time)) }
        #expect(lines.all.withLock { $0.count } == LineBudget.linesMax, "not yet")
        for time in stride(from: Int64(1000), to: 4000, by: 500) { log.catchUp(at: at(time)) }
        #expect(
            lines.all.withLock { $0.last } == #"refused, not logged one by one {"suppressed":5}"#)
        #expect(lines.all.withLock { $0.count } == LineBudget.linesMax + 1)
    }

    @Test func afterAFloodTheNextRefusalHasItsOwnLine() {
        let log = lines.log
        for _ in 0..<LineBudget.linesMax + 5 { log.note(refusal, remote: "1.2.3.4", path: "/", at: at(0)) }
        log.catchUp(at: at(1000))
        log.note(refusal, remote: "5.6.7.8", path: "/later", at: at(1500))
        #expect(lines.all.withLock { $0.last!.contains("/later") && !$0.last!.contains("suppressed") })
        #expect(lines.all.withLock { $0.count } == LineBudget.linesMax + 2)
    }

    @Test func aLongPathIsCut() {
        lines.log.note(refusal, remote: "", path: String(repeating: "x", count: 5000), at: at(0))
        #expect(lines.all.withLock { $0[0].utf8.count } < 300)
    }
}
