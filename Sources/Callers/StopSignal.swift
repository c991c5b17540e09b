// Handles Ctrl-C and SIGTERM for a command that must finish something first.

internal import Dispatch
internal import Glibc
internal import Synchronization

/// The first signal stops the work early but cleanly; the second ends the process.
public final class StopSignal: @unchecked Sendable {
    private let caught = Mutex<CInt?>(nil)
    /// Set once in `init`.
    private var sources: [any DispatchSourceSignal] = []

    /// Calls `stop` once, on another thread.
    public init(_ stop: @escaping @Sendable () -> Void) {
        sources = [SIGINT, SIGTERM].map { number in
            Glibc.signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { [self] in
                [SIGINT, SIGTERM].forEach { Glibc.signal($0, SIG_DFL) }
                caught.withLock { $0 = number }
                stop()
            }
            source.resume()
            return source
        }
    }

    /// The signal that was caught, or nil.
    public var signal: CInt? { caught.withLock { $0 } }
}
