// LISTEN: microphone samples to the ear's rows.

internal import Dialogue
internal import Kernels
internal import Recognition

/// The streaming ear, with a column of state per slot.
final class CascadeListen: Stage {
    private let ear: Ear
    /// [rowsMax, 4, width]: the rows of this step, read by DECODE.
    let rows: Buffer

    init(_ weights: CascadeWeights, slots: Int) {
        ear = Ear(weights.ear, slots: slots)
        rows = Buffer(count: slots * ear.chunkRows * ear.width)
    }

    /// Floats of a slice.
    var sliceFloats: Int { ear.chunkRows * ear.width }

    func open(_ slot: Int, seed: UInt64) { ear.open(slot) }

    func run(_ batch: SliceBatch) {
        batch.microphone.withUnsafeBufferPointer {
            ear.run(batch.slots, samples: $0.baseAddress!, to: rows.pointer)
        }
    }
}
