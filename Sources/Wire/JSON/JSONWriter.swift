// Writes JSON as bytes, from left to right.

/// One text that is being written.
struct JSONWriter {
    private var bytes: [UInt8] = []

    var text: String { String(decoding: bytes, as: UTF8.self) }

    mutating func write(_ value: JSONText) {
        switch value {
        case .string(let text): quote(text)
        case .integer(let value): append(String(value))
        case .number(let value): append(abs(value) < 1e12 ? String((value * 1000).rounded() / 1000) : "null")
        case .exact(let value): append(value.isFinite ? String(value) : "null")
        case .bool(let value): append(value ? "true" : "false")
        case .null: append("null")
        case .written(let text): append(text)
        case .array(let values): list("[", values, "]") { $0.write($1) }
        case .object(let fields):
            list("{", fields, "}") { writer, field in
                writer.quote(field.0)
                writer.append(":")
                writer.write(field.1)
            }
        }
    }

    private mutating func list<Value>(
        _ open: String, _ values: [Value], _ close: String, _ write: (inout JSONWriter, Value) -> Void
    ) {
        append(open)
        for (i, value) in values.enumerated() {
            if i > 0 { append(",") }
            write(&self, value)
        }
        append(close)
    }

    private mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { bytes.append(contentsOf: $0) }
    }

    /// RFC 8259 §7.
    private mutating func quote(_ text: String) {
        var text = text
        bytes.append(UInt8(ascii: "\""))
        text.withUTF8 { source in
            bytes.reserveCapacity(max(bytes.capacity, bytes.count + source.count + 2))
            var start = 0
            while start < source.count {
                let end = JSONBytes.plainEnd(source, from: start)
                if end > start { bytes.append(contentsOf: source[start..<end]) }
                if end < source.count { escape(source[end]) }
                start = end + 1
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func pair(_ letter: UInt8) {
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(letter)
    }

    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): pair(byte)
        case UInt8(ascii: "\n"): pair(UInt8(ascii: "n"))
        case UInt8(ascii: "\r"): pair(UInt8(ascii: "r"))
        case UInt8(ascii: "\t"): pair(UInt8(ascii: "t"))
        default: append((byte < 16 ? "\\u000" : "\\u00") + String(byte, radix: 16))
        }
    }
}
