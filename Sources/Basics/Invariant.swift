// Our own mistakes: the program stops, and says where.

/// Stops the program when `condition` is false. For errors of ours, never for a caller's. Keeps its message in release builds.
@inlinable
public func invariant(
    _ condition: @autoclosure () -> Bool, _ message: @autoclosure () -> String = "",
    file: StaticString = #file, line: UInt = #line
) {
    if !condition() { fatalError("invariant broken: \(message())", file: file, line: line) }
}
