// Audio in JSON text messages, fifty a second from each client: found in place, without a dictionary, where the JSON is plain.

/// What a protocol's audio messages look like, such as `{"event":"media","media":{"payload":"<base64>"}}`.
struct AudioText {
    enum Message {
        /// Nil when what should be base64 is not. The event where it had to be read.
        case audio([UInt8]?, event: JSONText?)
        case event(JSONText)
        /// No JSON object, or too much of one.
        case invalid(JSONFailure)
    }

    /// Reading a longer event would take others' time.
    static let eventBytesMax = 128 << 10

    /// The key of an event's type, and the type of those that are audio.
    let typeKey: String, type: String
    /// The key of the base64, behind the keys of the objects that it is in.
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

    /// Whether `text` is plainly audio, at the price of looking. False for audio in JSON with escapes or arrays.
    func isPlain(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { payload($0) != nil }
    }

    /// How many bytes of audio a plain message holds; 0 for another.
    func size(_ text: String) -> Int {
        var text = text
        return text.withUTF8 { bytes in payload(bytes).map { Base64.size(.init(rebasing: bytes[$0])) } ?? 0 }
    }

    /// Where the base64 is. Nil when the message is another, or not plain.
    private func payload(_ bytes: UnsafeBufferPointer<UInt8>) -> Range<Int>? {
        PlainJSON.strings(at: [[typeKey], path], first: type, in: bytes)?[1]
    }
}
