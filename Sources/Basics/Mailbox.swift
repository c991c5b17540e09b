// The server's only lock: passes messages from other threads to the thread that runs a loop.

internal import Glibc

/// A bounded queue with many producers and one consumer. When it is full, `push` returns false and the sender decides.
public final class Mailbox<Message: Sendable>: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var messages: [Message] = []
    private let countMax: Int
    /// Number of queued messages that ends a wait; an urgent one always does.
    private var enough = 1
    private var isUrgent = false

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

    /// False when `countMax` messages are already queued. `urgent` messages (control) ignore the limit.
    @discardableResult
    public func push(_ message: Message, urgent: Bool = false) -> Bool {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        guard urgent || messages.count < countMax else { return false }
        messages.append(message)
        isUrgent = isUrgent || urgent
        if isDue { pthread_cond_signal(condition) }
        return true
    }

    private var isDue: Bool { isUrgent || messages.count >= enough }

    /// Takes all messages, oldest first, swapping in `spare` so that storage is reused.
    public func drain(into spare: inout [Message]) {
        spare.removeAll(keepingCapacity: true)
        pthread_mutex_lock(mutex)
        swap(&messages, &spare)
        isUrgent = false
        pthread_mutex_unlock(mutex)
    }

    /// Blocks until `enough` messages are queued, an urgent one arrives, or `deadline` (monotonic clock) passes; nil is no
    /// deadline. Waiting for several saves wake-ups, which often cost more than the messages.
    public func wait(until deadline: Instant?, enough: Int = 1) {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        self.enough = enough
        guard let deadline else {
            while !isDue { pthread_cond_wait(condition, mutex) }
            return
        }
        var time = timespec(
            tv_sec: Int(deadline.nanoseconds / 1_000_000_000), tv_nsec: Int(deadline.nanoseconds % 1_000_000_000))
        while !isDue {
            if pthread_cond_timedwait(condition, mutex, &time) == ETIMEDOUT { return }
        }
    }
}
