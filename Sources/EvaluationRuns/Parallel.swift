// The same work on several threads.

internal import Foundation
internal import Synchronization

enum Parallel {
    /// Does `work` for 0..<`count`, each once, on at most `threads` threads; returns when all is done.
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
