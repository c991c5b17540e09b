// Finds a few strings in plain JSON: nested objects of strings without escapes, numbers and words.

internal import Glibc

/// A reader of one message. It finds positions in the message and copies nothing.
struct PlainJSON {
    /// Limits: nesting, fields, and bytes of a number or between two tokens.
    private static let depthMax = 4, fieldsMax = 64, bytesMax = 512

    private let bytes: UnsafeBufferPointer<UInt8>
    private let paths: [[String]]
    /// The required string at the first path.
    private let first: String
    private var values: [Range<Int>?]
    private var at = 0
    private var fieldsLeft = fieldsMax

    private init(_ bytes: UnsafeBufferPointer<UInt8>, _ paths: [[String]], _ first: String) {
        (self.bytes, self.paths, self.first) = (bytes, paths, first)
        values = Array(repeating: nil, count: paths.count)
    }

    /// The string at each path of keys, without its quotes. Nil when the one at the first path is not `first`, or the message
    /// is not plain, has too many fields, or is not JSON.
    static func strings(
        at paths: [[String]], first: String, in bytes: UnsafeBufferPointer<UInt8>
    ) -> [Range<Int>?]? {
        var reader = PlainJSON(bytes, paths, first)
        guard reader.object([]) else { return nil }
        reader.skipSpaces()
        return reader.at == bytes.count && reader.values[0] != nil ? reader.values : nil
    }

    /// Reads the object at `keys`.
    private mutating func object(_ keys: [Range<Int>]) -> Bool {
        guard keys.count < Self.depthMax, take("{") else { return false }
        if take("}") { return true }
        repeat {
            fieldsLeft -= 1
            guard fieldsLeft >= 0, let key = string(), take(":") else { return false }
            guard value(keys + [key]) else { return false }
        } while take(",")
        return take("}")
    }

    private mutating func value(_ keys: [Range<Int>]) -> Bool {
        skipSpaces()
        guard at < bytes.count else { return false }
        switch bytes[at] {
        case UInt8(ascii: "{"): return object(keys)
        case UInt8(ascii: "\""):
            guard let text = string() else { return false }
            for (i, path) in paths.enumerated() where matches(path, keys) {
                // Another kind of event: usually known after the first field.
                if i == 0, !bytes[text].elementsEqual(first.utf8) { return false }
                values[i] = text
            }
            return true
        default: return word()
        }
    }

    private func matches(_ path: [String], _ keys: [Range<Int>]) -> Bool {
        path.count == keys.count && zip(path, keys).allSatisfy { bytes[$1].elementsEqual($0.utf8) }
    }

    private mutating func string() -> Range<Int>? {
        guard take("\""), let start = bytes.baseAddress.map({ $0 + at }) else { return nil }
        guard let end = memchr(start, CInt(UInt8(ascii: "\"")), bytes.count - at) else { return nil }
        let count = end - UnsafeMutableRawPointer(mutating: start)
        guard memchr(start, CInt(UInt8(ascii: "\\")), count) == nil else { return nil }
        defer { at += count + 1 }
        return at..<at + count
    }

    /// A number, true, false or null. Similar words are accepted too.
    private mutating func word() -> Bool {
        let start = at
        while at < bytes.count, at - start < Self.bytesMax {
            switch bytes[at] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "E"),
                UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
                at += 1
            default: return at > start
            }
        }
        return at > start
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        skipSpaces()
        guard at < bytes.count, bytes[at] == UInt8(ascii: character) else { return false }
        at += 1
        return true
    }

    private mutating func skipSpaces() {
        let end = min(bytes.count, at + Self.bytesMax)
        while at < end, JSONBytes.isSpace(bytes[at]) { at += 1 }
    }
}
