// Ctrl-C and SIGTERM, for a command that has something to finish first.

internal import Dispatch
internal import Glibc
internal import Synchronization

/// The first signal ends the work as its end would; a second one ends the process.
public final class Interruption: @unchecked Sendable {
    private let caught = Mutex<CInt?>(nil)
    /// Set once, before anybody else has this.
    private var sources: [any DispatchSourceSignal] = []

    /// `stop` is called once, on another thread.
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

    /// The signal that came. Nil where none did.
    public var signal: CInt? { caught.withLock { $0 } }
}
