// LISTEN: the microphone's level.

internal import Basics
internal import Dialogue
internal import Glibc

/// Levels, per slot.
final class CascadeListen: Stage {
    /// [slots] Level of the last slice in dB of full scale, and that of the quietest seconds before.
    private(set) var levels: [Float], floors: [Float]

    init(_ weights: CascadeWeights, slots: Int) {
        levels = Array(repeating: -100, count: slots)
        floors = levels
    }

    func open(_ slot: Int, seed: UInt64) { (levels[slot], floors[slot]) = (-100, -60) }

    func run(_ batch: SliceBatch) {
        for (row, slot) in batch.slots.enumerated() {
            let samples = batch.microphone[row * batch.samplesPerSlice..<(row + 1) * batch.samplesPerSlice]
            let power = samples.reduce(0) { $0 + $1 * $1 } / Float(samples.count)
            levels[slot] = 10 * log10(power + 1e-10)
            floors[slot] = min(floors[slot] + 0.15, max(-75, levels[slot]))
        }
    }
}
