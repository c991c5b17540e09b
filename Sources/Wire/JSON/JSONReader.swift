// Parses a message's JSON in one pass, within limits of depth and of number.

internal import Glibc

/// Why a message is refused.
package enum JSONFailure: Error {
    /// Not JSON, or not an object.
    case notJSON
    case tooDeep, tooMany, number, tooLong

    /// A sentence for the client.
    package var message: String {
        switch self {
        case .notJSON: "The message is not a JSON object."
        case .tooDeep: "Lists and objects in the message are nested more than \(JSONReader.depthMax) deep."
        case .tooMany: "The message has more than \(JSONReader.valuesMax) values."
        case .number: "The message has a number beyond 1.8e308 or longer than \(JSONReader.numberBytesMax) characters."
        case .tooLong: "The message is longer than \(AudioText.eventBytesMax >> 10) KiB."
        }
    }
}

/// Parses one text (RFC 8259). An unpaired surrogate is read as U+FFFD.
package struct JSONReader {
    /// Nesting of objects and lists. Deeper messages are refused.
    static let depthMax = 32
    /// Values of every kind in one message. Messages with more are refused.
    static let valuesMax = 4096
    static let numberBytesMax = 512

    private let bytes: UnsafeBufferPointer<UInt8>
    private var at = 0
    private var valuesLeft = valuesMax

    private init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    /// Parses `text`, which must be an object.
    package static func object(_ text: String) throws(JSONFailure) -> JSONText {
        var text = text
        return try text.withUTF8 { read($0) }.get()
    }

    private static func read(_ bytes: UnsafeBufferPointer<UInt8>) -> Result<JSONText, JSONFailure> {
        var reader = JSONReader(bytes)
        do throws(JSONFailure) {
            let value = try reader.value(depth: 0)
            reader.skipSpaces()
            guard case .object = value, reader.at == bytes.count else { return .failure(.notJSON) }
            return .success(value)
        } catch { return .failure(error) }
    }

    private mutating func value(depth: Int) throws(JSONFailure) -> JSONText {
        guard valuesLeft > 0 else { throw .tooMany }
        valuesLeft -= 1
        skipSpaces()
        guard at < bytes.count else { throw .notJSON }
        switch bytes[at] {
        case UInt8(ascii: "{"): return .object(try object(depth: depth + 1))
        case UInt8(ascii: "["): return .array(try list(depth: depth + 1))
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func object(depth: Int) throws(JSONFailure) -> [(String, JSONText)] {
        guard depth <= Self.depthMax else { throw .tooDeep }
        at += 1
        var fields: [(String, JSONText)] = []
        if take("}") { return fields }
        repeat {
            skipSpaces()
            let name = try string()
            guard take(":") else { throw .notJSON }
            fields.append((name, try value(depth: depth)))
        } while take(",")
        guard take("}") else { throw .notJSON }
        return fields
    }

    private mutating func list(depth: Int) throws(JSONFailure) -> [JSONText] {
        guard depth <= Self.depthMax else { throw .tooDeep }
        at += 1
        var values: [JSONText] = []
        if take("]") { return values }
        repeat { values.append(try value(depth: depth)) } while take(",")
        guard take("]") else { throw .notJSON }
        return values
    }

    private mutating func word(_ word: StaticString, _ value: JSONText) throws(JSONFailure) -> JSONText {
        let end = at + word.utf8CodeUnitCount
        guard end <= bytes.count, memcmp(bytes.baseAddress! + at, word.utf8Start, end - at) == 0 else { throw .notJSON }
        at = end
        return value
    }

    // MARK: Numbers

    private mutating func number() throws(JSONFailure) -> JSONText {
        let start = at, isNegative = takes("-")
        let first = at, whole = try digits()
        guard whole.count == 1 || bytes[first] != UInt8(ascii: "0") else { throw .notJSON }
        var fraction = (count: 0, value: Int64(0)), exponent = fraction, isSmall = false
        let hasFraction = takes(".")
        if hasFraction { fraction = try digits() }
        let hasExponent = takes("e") || takes("E")
        if hasExponent {
            isSmall = takes("-")
            if !isSmall { _ = takes("+") }
            exponent = try digits()
        }
        if !hasFraction, !hasExponent, whole.count <= 18 { return .integer(isNegative ? -whole.value : whole.value) }
        let power = (isSmall ? -exponent.value : exponent.value) - Int64(fraction.count)
        if let value = Self.exactly(whole, fraction, power) { return .exact(isNegative ? -value : value) }
        return try long(bytes[start..<at], isWhole: !hasFraction && !hasExponent)
    }

    /// The common case: a double holds both the digits and the power of ten, so that one division or multiplication is exact.
    private static func exactly(
        _ whole: (count: Int, value: Int64), _ fraction: (count: Int, value: Int64), _ power: Int64
    ) -> Double? {
        guard whole.count + fraction.count <= 15, abs(power) <= 22 else { return nil }
        func ten(_ power: Int64) -> Double { (0..<power).reduce(1) { product, _ in product * 10 } }
        let digits = Double(whole.value) * ten(Int64(fraction.count)) + Double(fraction.value)
        return power < 0 ? digits / ten(-power) : digits * ten(power)
    }

    private func long(_ number: Slice<UnsafeBufferPointer<UInt8>>, isWhole: Bool) throws(JSONFailure) -> JSONText {
        guard number.count <= Self.numberBytesMax else { throw .number }
        let text = String(decoding: UnsafeBufferPointer(rebasing: number), as: UTF8.self)
        if isWhole, let value = Int64(text) { return .integer(value) }
        guard let value = Double(text), value.isFinite else { throw .number }
        return .exact(value)
    }

    /// At least one digit. The value is that of the first eighteen.
    private mutating func digits() throws(JSONFailure) -> (count: Int, value: Int64) {
        let start = at
        var value: Int64 = 0
        while at < bytes.count, case let digit = bytes[at] &- UInt8(ascii: "0"), digit < 10 {
            if at - start < 18 { value = value * 10 + Int64(digit) }
            at += 1
        }
        guard at > start else { throw .notJSON }
        return (at - start, value)
    }

    // MARK: Strings

    private mutating func string() throws(JSONFailure) -> String {
        guard at < bytes.count, bytes[at] == UInt8(ascii: "\"") else { throw .notJSON }
        at += 1
        let end = JSONBytes.plainEnd(bytes, from: at)
        guard end < bytes.count else { throw .notJSON }
        guard bytes[end] == UInt8(ascii: "\"") else { return try escaped() }
        defer { at = end + 1 }
        return String(decoding: UnsafeBufferPointer(rebasing: bytes[at..<end]), as: UTF8.self)
    }

    /// The rest of a string that has escapes.
    private mutating func escaped() throws(JSONFailure) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(64)
        while true {
            let end = JSONBytes.plainEnd(bytes, from: at)
            guard end < bytes.count, bytes[end] >= 32 else { throw .notJSON }
            if end > at { text.append(contentsOf: bytes[at..<end]) }
            at = end + 1
            if bytes[end] == UInt8(ascii: "\"") { return String(decoding: text, as: UTF8.self) }
            try escape(&text)
        }
    }

    /// RFC 8259 §7.
    private mutating func escape(_ text: inout [UInt8]) throws(JSONFailure) {
        guard at < bytes.count else { throw .notJSON }
        at += 1
        switch bytes[at - 1] {
        case UInt8(ascii: "\""): text.append(0x22)
        case UInt8(ascii: "\\"): text.append(0x5c)
        case UInt8(ascii: "/"): text.append(0x2f)
        case UInt8(ascii: "n"): text.append(10)
        case UInt8(ascii: "t"): text.append(9)
        case UInt8(ascii: "r"): text.append(13)
        case UInt8(ascii: "b"): text.append(8)
        case UInt8(ascii: "f"): text.append(12)
        case UInt8(ascii: "u"): JSONBytes.append(try scalar(), to: &text)
        default: throw .notJSON
        }
    }

    /// A character by its number, or by a surrogate pair.
    private mutating func scalar() throws(JSONFailure) -> Unicode.Scalar {
        let first = try unit()
        guard UTF16.isLeadSurrogate(first) else { return Unicode.Scalar(first) ?? "\u{fffd}" }
        guard at + 1 < bytes.count, bytes[at] == UInt8(ascii: "\\"), bytes[at + 1] == UInt8(ascii: "u") else {
            return "\u{fffd}"
        }
        let half = at
        at += 2
        let second = try unit()
        if UTF16.isTrailSurrogate(second) {
            return Unicode.Scalar(0x10000 + UInt32(first & 0x3ff) << 10 + UInt32(second & 0x3ff))!
        }
        // The second is a character of its own.
        at = half
        return "\u{fffd}"
    }

    /// Four hexadecimal digits.
    private mutating func unit() throws(JSONFailure) -> UInt16 {
        guard at + 4 <= bytes.count else { throw .notJSON }
        var unit: UInt16 = 0
        for byte in bytes[at..<at + 4] {
            let letter = (byte | 0x20) &- UInt8(ascii: "a"), number = byte &- UInt8(ascii: "0")
            guard number < 10 || letter < 6 else { throw .notJSON }
            unit = unit << 4 | UInt16(number < 10 ? number : letter + 10)
        }
        at += 4
        return unit
    }

    // MARK: Characters

    /// Takes the next character if it is this one, without skipping spaces.
    private mutating func takes(_ character: Unicode.Scalar) -> Bool {
        guard at < bytes.count, bytes[at] == UInt8(ascii: character) else { return false }
        at += 1
        return true
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        skipSpaces()
        return takes(character)
    }

    private mutating func skipSpaces() { while at < bytes.count, JSONBytes.isSpace(bytes[at]) { at += 1 } }
}
