// JSON lines on standard error or in a file: one line per event.

internal import Basics
internal import Foundation
internal import Glibc
public import Wire

public enum Log {
    /// Writes to standard error until a file is opened.
    static let writer = LogWriter(descriptor: 2)

    public static func info(_ message: String, _ fields: [(String, JSONText)] = []) { write("info", message, fields) }
    public static func warning(_ message: String, _ fields: [(String, JSONText)] = []) {
        write("warning", message, fields)
    }

    /// Appends to this file from now on; SIGHUP reopens it. Returns an error message, or nil on success.
    public static func open(_ file: String) -> String? { writer.open(file) }

    /// Why this file could not be appended to. Nil if it could. Makes and changes nothing.
    public static func writeProblem(_ file: String) -> String? {
        var facts = stat()
        let exists = stat(file, &facts) == 0
        if exists, facts.st_mode & S_IFMT == S_IFDIR { return "\(file) is a folder, not a file" }
        let folder = URL(fileURLWithPath: file).deletingLastPathComponent().path
        let isWritable = exists ? access(file, W_OK) == 0 : access(folder, W_OK | X_OK) == 0
        return isWritable ? nil : "\(file): \(String(cString: strerror(errno)))"
    }

    /// Lines that could not be written.
    public static var droppedCount: Int { writer.droppedCount }

    /// Waits at most one second until all lines are written. Called before the program ends.
    public static func flush() { writer.flush(milliseconds: 1000) }

    private static func write(_ level: String, _ message: String, _ fields: [(String, JSONText)]) {
        writer.write(line(level, message, fields))
    }

    public static func line(_ level: String, _ message: String, _ fields: [(String, JSONText)]) -> String {
        let time = Date().formatted(.iso8601)
        return JSONText.line(
            [("ts", .string(time)), ("level", .string(level)), ("msg", .string(message))] + fields)
    }
}
