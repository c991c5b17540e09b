// One answer's text and audio.

/// One answer's text and audio.
public struct SpokenAnswer: Sendable {
    public var text: String
    /// 16 kHz, as the listener heard it.
    public var samples: [Float]
    /// Index of a sample at which a slice begins.
    public var sliceStart: Int
    public var sliceSamples: Int

    public init(text: String, samples: [Float], sliceStart: Int = 0, sliceSamples: Int = 1280) {
        (self.text, self.samples, self.sliceStart, self.sliceSamples) = (text, samples, sliceStart, sliceSamples)
    }
}
