// Checks for programming errors: a failed one stops the program and names file and line.

/// Stops the program when `condition` is false. For programming errors, never for bad input. Release builds keep the message.
@inlinable
public func invariant(
    _ condition: @autoclosure () -> Bool, _ message: @autoclosure () -> String = "",
    file: StaticString = #file, line: UInt = #line
) {
    if !condition() { fatalError("invariant broken: \(message())", file: file, line: line) }
}
