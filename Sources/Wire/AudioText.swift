// Audio in JSON text messages, fifty a second from each client: found in place, without parsing, when the JSON is plain.

/// The form of a protocol's audio messages, such as `{"event":"media","media":{"payload":"<base64>"}}`.
struct AudioText {
    enum Message {
        /// Nil if the value is not base64. `event` is set if the message had to be parsed.
        case audio([UInt8]?, event: JSONText?)
        case event(JSONText)
        /// Not a JSON object, or one over a limit.
        case invalid(JSONFailure)
    }

    /// Longer events are not parsed: that would take time from other sessions.
    static let eventBytesMax = 128 << 10

    /// The key of an event's type, and the type of audio events.
    let typeKey: String, type: String
    /// The key of the base64, after the keys of the objects around it.
    let path: [String]

    func read(_ text: String) -> Message {
        var text = text
        if let payload = text.withUTF8({ bytes in payload(bytes).map { Base64.decode(.init(rebasing: bytes[$0])) } }) {
            return .audio(payload, event: nil)
        }
        guard text.utf8.count <= Self.eventBytesMax else { return .invalid(.tooLong) }
        do throws(JSONFailure) {
            let event = try JSONReader.object(text)
            guard event[typeKey]?.text == type else { return .event(event) }
            let holder = path.dropLast().reduce(event) { $0?[$1] }
            return .audio(holder?[path.last!]?.text.flatMap { Base64.decode($0) }, event: event)
        } catch { return .invalid(error) }
    }

    /// Why an event of this type holds no base64 at all: it is missing, or not a text. Nil for any text.
    func fault(of event: JSONText) -> FieldError? {
        let value = path.reduce(event) { $0?[$1] }, param = path.joined(separator: ".")
        guard let value, !value.isNull else { return FieldError(param, .missing, "") }
        return value.text == nil ? FieldError(param, .type, "a text in base64") : nil
    }

    /// Whether `text` is plain audio, at the cost of a scan. False for audio in JSON with escapes or arrays.
    func isPlain(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { payload($0) != nil }
    }

    /// How many bytes of audio a plain message holds; 0 if it is not one.
    func size(_ text: String) -> Int {
        var text = text
        return text.withUTF8 { bytes in payload(bytes).map { Base64.size(.init(rebasing: bytes[$0])) } ?? 0 }
    }

    /// Where the base64 is. Nil when the message is not audio, or not plain.
    private func payload(_ bytes: UnsafeBufferPointer<UInt8>) -> Range<Int>? {
        PlainJSON.strings(at: [[typeKey], path], first: type, in: bytes)?[1]
    }
}
