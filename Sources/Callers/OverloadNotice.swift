// What a server says when it was too late.

internal import Foundation

/// What a server that was too late tells its clients.
public enum OverloadNotice {
    /// Milliseconds that were skipped; nil where the message is another.
    public static func milliseconds(_ text: String) -> Int? {
        guard text.contains("\"code\":\"overload\""), let field = text.range(of: "\"dropped_ms\":") else { return nil }
        return Int(text[field.upperBound...].prefix { $0.isNumber })
    }
}
