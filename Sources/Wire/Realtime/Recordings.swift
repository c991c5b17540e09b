// Recordings in a long event: their base64 is found in place and removed, so that the JSON to parse is short.

internal import Glibc

/// The recordings of one event: values of keys named `audio`.
struct Recordings {
    /// Shorter values are left in place.
    private static let bytesMin = 1 << 10
    private static let quote = UInt8(ascii: "\""), backslash = UInt8(ascii: "\\")

    private var taken: [[UInt8]?] = []

    /// `text` with a name in place of each long recording. Invalid JSON stays invalid, and an event that is too long without
    /// its recordings stays too long.
    mutating func take(out text: String) -> String {
        var text = text
        return text.withUTF8 { bytes in
            var short: [UInt8] = [], done = 0, next = 0, isValue = false
            while short.count + next - done <= AudioText.eventBytesMax, let string = Self.string(in: bytes, from: next)
            {
                next = string.upperBound + 1
                if isValue, string.count >= Self.bytesMin {
                    short += bytes[done..<string.lowerBound] + Array(Self.name(taken.count).utf8)
                    done = string.upperBound
                    taken.append(Self.decode(UnsafeBufferPointer(rebasing: bytes[string])))
                }
                isValue = Self.isKey(bytes, string)
            }
            return String(decoding: short + bytes[done...], as: UTF8.self)
        }
    }

    /// Decodes a value: the name of a recording, or base64.
    func audio(_ value: String) -> [UInt8]? {
        guard value.hasPrefix("#"), let number = Int(value.dropFirst()) else { return Base64.decode(value) }
        return taken.indices.contains(number) ? taken[number] : nil
    }

    var first: [UInt8]? { taken.first ?? nil }

    /// Not base64, so a client's value cannot be mistaken for it.
    private static func name(_ number: Int) -> String { "#\(number)" }

    /// The contents of the next string; nil if there is none, or it does not end.
    private static func string(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Range<Int>? {
        guard start < bytes.count, let base = bytes.baseAddress,
            let first = memchr(base + start, CInt(quote), bytes.count - start)
        else { return nil }
        let open = UnsafeRawPointer(first) - UnsafeRawPointer(base) + 1
        var at = open
        while at < bytes.count {
            switch bytes[at] {
            case quote: return open..<at
            case backslash: at += 2
            default: at = max(at + 1, JSONBytes.plainEnd(bytes, from: at))
            }
        }
        return nil
    }

    /// Whether the string is the key `audio`, with a string as its value.
    private static func isKey(_ bytes: UnsafeBufferPointer<UInt8>, _ string: Range<Int>) -> Bool {
        guard bytes[string].elementsEqual("audio".utf8) else { return false }
        let between = bytes[(string.upperBound + 1)...].prefix(64).prefix { $0 != quote }.filter { $0 > 32 }
        return between == [UInt8(ascii: ":")]
    }

    /// JSON may escape a line end or a slash with a backslash (RFC 8259 §7). Base64 needs no other escape.
    private static func decode(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        guard text.contains(backslash) else { return Base64.decode(text) }
        var plain: [UInt8] = [], at = 0
        plain.reserveCapacity(text.count)
        while at < text.count {
            defer { at += 1 }
            guard text[at] == backslash else {
                plain.append(text[at])
                continue
            }
            at += 1
            switch text[at] {
            case UInt8(ascii: "/"): plain.append(text[at])
            case UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"): break
            default: return nil
            }
        }
        return plain.withUnsafeBufferPointer { Base64.decode($0) }
    }
}
