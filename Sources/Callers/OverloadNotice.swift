// Parses the server's notice of overload.

internal import Foundation

/// The event by which an overloaded server tells its clients that it skipped time.
public enum OverloadNotice {
    /// Milliseconds that were skipped; nil for any other message.
    public static func milliseconds(_ text: String) -> Int? {
        guard text.contains("\"code\":\"overload\""), let field = text.range(of: "\"dropped_ms\":") else { return nil }
        return Int(text[field.upperBound...].prefix { $0.isNumber })
    }
}
