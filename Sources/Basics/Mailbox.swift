// The one lock: messages from other threads to the thread that owns a loop.

internal import Glibc

/// A bounded queue that many threads fill and one empties. Full means that `push` answers false and the sender decides.
public final class Mailbox<Message: Sendable>: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var messages: [Message] = []
    private let countMax: Int
    /// How many messages end the wait; an urgent one ends any.
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

    /// False when `countMax` messages wait already. `urgent` messages (control) pass the limit.
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

    /// Blocks until `enough` messages wait, or an urgent one, or `deadline` (monotonic clock) has come; nil waits for messages alone.
    /// Whoever empties a full mailbox often spends more on waking up than on the messages.
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
