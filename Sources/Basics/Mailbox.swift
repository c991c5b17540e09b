// The one lock: messages from other threads to the thread that owns a loop.

internal import Glibc

/// A bounded queue that many threads fill and one empties. Full means that `push` answers false and the sender decides.
public final class Mailbox<Message: Sendable>: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var messages: [Message] = []
    private let countMax: Int

    public init(countMax: Int) {
        self.countMax = countMax
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// False when `countMax` messages wait already. `urgent` messages (control) pass the limit.
    @discardableResult
    public func push(_ message: Message, urgent: Bool = false) -> Bool {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        guard urgent || messages.count < countMax else { return false }
        messages.append(message)
        pthread_cond_signal(condition)
        return true
    }

    /// Takes all messages, oldest first, swapping in `spare` so that storage is reused.
    public func drain(into spare: inout [Message]) {
        spare.removeAll(keepingCapacity: true)
        pthread_mutex_lock(mutex)
        swap(&messages, &spare)
        pthread_mutex_unlock(mutex)
    }

    /// Blocks until a message waits or `deadline` (monotonic clock) has come; nil waits for a message alone.
    public func wait(until deadline: Instant?) {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        guard let deadline else {
            while messages.isEmpty { pthread_cond_wait(condition, mutex) }
            return
        }
        var time = timespec(
            tv_sec: Int(deadline.nanoseconds / 1_000_000_000), tv_nsec: Int(deadline.nanoseconds % 1_000_000_000))
        while messages.isEmpty {
            if pthread_cond_timedwait(condition, mutex, &time) == ETIMEDOUT { return }
        }
    }
}
