// Names the format of a file that is not a WAV file of 16-bit PCM, for the error message.

extension WAVError {
    /// Magic numbers of common audio formats, with their positions.
    private static let signatures: [(at: Int, bytes: [UInt8], name: String)] = [
        (0, Array("ID3".utf8), "an MP3 file"), (0, Array("OggS".utf8), "an Ogg file"),
        (0, Array("fLaC".utf8), "a FLAC file"), (4, Array("ftyp".utf8), "an MP4 or M4A file"),
        (0, [0x1a, 0x45, 0xdf, 0xa3], "a WebM or Matroska file"), (0, Array("FORM".utf8), "an AIFF file"),
        (0, Array(".snd".utf8), "an AU file"), (0, Array("RF64".utf8), "an RF64 file"),
        (0, Array("#!AMR".utf8), "an AMR file"), (0, Array("caff".utf8), "a CAF file"),
    ]

    /// For a file that does not begin like a WAV file.
    init(sound data: [UInt8]) {
        let kind = Self.kind(of: data)
        description =
            data.isEmpty ? "the file is empty" : "this is \(kind ?? "no sound that is known here"), not a WAV file"
        isConvertible = kind != nil
    }

    private static func kind(of data: [UInt8]) -> String? {
        let known = signatures.first { data.dropFirst($0.at).starts(with: $0.bytes) }?.name
        // An MPEG frame begins with eleven set bits, two bits of version, and two bits for layer III.
        let isFrame = data.count > 1 && data[0] == 0xff && data[1] & 0xe6 == 0xe2
        return known ?? (isFrame ? "an MP3 file" : nil)
    }

    /// For a WAV file with another encoding; the numbers come from its `fmt ` chunk.
    init(encoding: Int, bits: Int) {
        let names = [
            1: "\(bits)-bit PCM", 2: "ADPCM", 3: "\(bits)-bit floating point", 6: "A-law", 7: "µ-law", 85: "MP3",
        ]
        description = "it holds \(names[encoding] ?? "sound of encoding \(encoding)"), and only 16-bit PCM is read"
        isConvertible = true
    }
}
