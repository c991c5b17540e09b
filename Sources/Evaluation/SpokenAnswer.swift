// One answer's text and sound.

/// One answer's text and sound.
public struct SpokenAnswer: Sendable {
    public var text: String
    /// 16 kHz, as the listener heard it.
    public var samples: [Float]
    /// Index of a sample that begins a slice.
    public var sliceStart: Int
    public var sliceSamples: Int

    public init(text: String, samples: [Float], sliceStart: Int = 0, sliceSamples: Int = 1280) {
        (self.text, self.samples, self.sliceStart, self.sliceSamples) = (text, samples, sliceStart, sliceSamples)
    }
}
