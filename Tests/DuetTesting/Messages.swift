// What a client was told.

internal import Foundation
internal import Synchronization

/// Text messages as they come. Any thread.
public final class Messages: Sendable {
    private let texts = Mutex([String]())

    public init() {}

    public func add(_ text: String) { texts.withLock { $0.append(text) } }
    public var all: [String] { texts.withLock { $0 } }
    public var events: [[String: Any]] {
        texts.withLock { $0 }.compactMap { try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] }
    }
}
