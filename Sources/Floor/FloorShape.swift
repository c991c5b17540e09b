// The numbers that training and inference share (Scripts/training/floor.py, floor_data.py).

/// Sizes of a slice's input and output.
enum FloorShape {
    /// Samples of a slice at 16 kHz.
    static let samples = 1280
    /// Four rows of the ear.
    static let earFloats = 4 * 384
    /// Averages of the log-mel over 40 ms and five bands.
    static let halves = 2, bands = 16
    static let bandFloats = halves * bands
    /// Slices of our own voice that are seen, the last among them: an echo is up to 300 ms late.
    static let played = 5
    /// Speaking, time since it began and since it ended, likelihood known, log, probability, words, any words, loudness beside the loudest, that.
    static let scalars = 10
    /// The loudest band of silence, and how much what was loudest is forgotten in a slice: 0.65 dB a second.
    static let silent: Float = -1.737, forgotten: Float = 0.002
    static let restFloats = bandFloats * (1 + played) + scalars
    /// Speech, over, yield; then the kinds.
    static let outputs = 3 + FloorKind.allCases.count
    /// Slope of the activation below zero.
    static let leak: Float = 0.1
}
