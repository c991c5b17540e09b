// Distributes the same work over several threads.

internal import Foundation
internal import Synchronization

enum Parallel {
    /// Calls `work` once for each of 0..<`count`, on at most `threads` threads; returns when all are done.
    static func run(count: Int, threads: Int, _ work: @escaping @Sendable (Int) -> Void) {
        let next = Atomic<Int>(0)
        DispatchQueue.concurrentPerform(iterations: min(threads, count)) { _ in
            while true {
                let index = next.add(1, ordering: .relaxed).oldValue
                guard index < count else { return }
                work(index)
            }
        }
    }
}
