// What a client may do faster than real time.

import Basics
import Testing

@testable import Switchboard

@Suite struct AllowanceTests {
    private let start = Instant(nanoseconds: 5_000_000_000)

    @Test func whatIsSpentComesBackWithTime() {
        var allowance = Allowance(max: 2, perSecond: 0.5, at: start)
        #expect(allowance.isLeft(at: start))
        allowance.spend(2, at: start)
        #expect(!allowance.isLeft(at: start))
        #expect(allowance.isLeft(at: start.advanced(milliseconds: 1)))
    }

    @Test func aDebtIsWaitedFor() {
        var allowance = Allowance(max: 2, perSecond: 0.5, at: start)
        allowance.spend(3, at: start)
        #expect(!allowance.isLeft(at: start.advanced(milliseconds: 2000)))
        #expect(allowance.isLeft(at: start.advanced(milliseconds: 2001)))
    }

    @Test func restDoesNotSaveBeyondTheMost() {
        let later = start.advanced(milliseconds: 60_000)
        var allowance = Allowance(max: 2, perSecond: 0.5, at: start)
        #expect(allowance.isLeft(at: later))
        allowance.spend(2, at: later)
        #expect(!allowance.isLeft(at: later))
    }

    @Test func realTimeNeverRunsOut() {
        var allowance = Caller.audioAllowance(4, at: start), now = start
        for _ in 0..<50 * 3600 {
            #expect(allowance.isLeft(at: now))
            allowance.spend(0.02, at: now)
            // A clock that is a hundred times worse than a bad crystal.
            now = now.advanced(nanoseconds: 19_800_000)
        }
    }
}
