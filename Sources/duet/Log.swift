// JSON lines on standard error: one line an event.

internal import Basics
internal import Foundation
internal import Wire

enum Log {
    private static let writer = LogWriter(descriptor: 2)

    static func info(_ message: String, _ fields: [(String, JSONText)] = []) { write("info", message, fields) }
    static func warning(_ message: String, _ fields: [(String, JSONText)] = []) { write("warning", message, fields) }

    /// Lines that could not be written.
    static var droppedCount: Int { writer.droppedCount }

    /// Waits until what was logged is written, a second at most. Called before the program ends.
    static func flush() { writer.flush(milliseconds: 1000) }

    private static func write(_ level: String, _ message: String, _ fields: [(String, JSONText)]) {
        writer.write(line(level, message, fields))
    }

    static func line(_ level: String, _ message: String, _ fields: [(String, JSONText)]) -> String {
        let time = Date().formatted(.iso8601)
        return JSONText.line(
            [("ts", .string(time)), ("level", .string(level)), ("msg", .string(message))] + fields)
    }
}
