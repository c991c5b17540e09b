// From the text's latents to the decoder's, frame by frame.

internal import Kernels

/// All coupling layers with their state. The latents come `delay` frames late.
final class FlowStage {
    private let couplings: [CouplingStage]
    private let channels: Int
    let delay: Int

    init(_ weights: FlowWeights, slots: Int) {
        let space = ProductSpace()
        couplings = weights.couplings.map { CouplingStage($0, slots: slots, space) }
        (channels, delay) = (weights.channels, weights.delay)
    }

    func open(_ slot: Int) { couplings.forEach { $0.open(slot) } }

    /// z [rows, channels] in place. `conditions` [lanes][couplings]: what each lane's speaker adds.
    func run(_ z: UnsafeMutablePointer<Float>, _ lanes: [Lane], conditions: [[[Float]?]]) {
        let rows = lanes.rows(1)
        var late = 0
        for (i, coupling) in couplings.enumerated() {
            // The halves change roles between couplings: VITS reverses all channels.
            for row in 0..<rows {
                var latent = UnsafeMutableBufferPointer(start: z + row * channels, count: channels)
                latent.reverse()
            }
            coupling.run(z, lanes, late: late, conditions: conditions.map { $0[i] })
            late += coupling.delay
        }
    }
}
