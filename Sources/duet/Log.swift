// JSON lines on standard error: one line an event.

internal import Basics
internal import Foundation
internal import Wire

enum Log {
    static func info(_ message: String, _ fields: [(String, JSONText)] = []) { write("info", message, fields) }
    static func warning(_ message: String, _ fields: [(String, JSONText)] = []) { write("warning", message, fields) }

    private static func write(_ level: String, _ message: String, _ fields: [(String, JSONText)]) {
        let time = Date().formatted(.iso8601)
        let line = JSONText.line(
            [("ts", .string(time)), ("level", .string(level)), ("msg", .string(message))] + fields)
        FileHandle.standardError.write(Data((line + "\n").utf8))
    }
}
