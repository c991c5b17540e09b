// Mailbox: bounded, ordered, and awake when it should be.

import Foundation
import Testing

@testable import Basics

@Suite struct MailboxTests {
    @Test func aFullMailboxRefusesButControlPasses() {
        let mailbox = Mailbox<Int>(countMax: 2)
        #expect(mailbox.push(1))
        #expect(mailbox.push(2))
        #expect(!mailbox.push(3))
        #expect(mailbox.push(4, urgent: true))
        var messages: [Int] = []
        mailbox.drain(into: &messages)
        #expect(messages == [1, 2, 4])
        mailbox.drain(into: &messages)
        #expect(messages.isEmpty)
    }

    @Test func waitingEndsAtTheDeadline() {
        let mailbox = Mailbox<Int>(countMax: 2)
        let deadline = MonotonicClock.now().advanced(milliseconds: 5)
        mailbox.wait(until: deadline)
        #expect(MonotonicClock.now() >= deadline)
    }

    @Test func aMessageFromAnotherThreadEndsTheWait() {
        let mailbox = Mailbox<Int>(countMax: 2)
        Thread.detachNewThread { mailbox.push(7) }
        mailbox.wait(until: nil)
        var messages: [Int] = []
        mailbox.drain(into: &messages)
        #expect(messages == [7])
    }

    @Test func aWaitForSeveralEndsWithTheLastOrAnUrgentOne() {
        let mailbox = Mailbox<Int>(countMax: 9), deadline = MonotonicClock.now().advanced(milliseconds: 5)
        mailbox.push(1)
        mailbox.wait(until: deadline, enough: 2)
        #expect(MonotonicClock.now() >= deadline)
        mailbox.push(2)
        mailbox.wait(until: nil, enough: 2)
        var messages: [Int] = []
        mailbox.drain(into: &messages)
        Thread.detachNewThread { mailbox.push(3, urgent: true) }
        mailbox.wait(until: nil, enough: 2)
        mailbox.drain(into: &messages)
        #expect(messages == [3])
    }
}
