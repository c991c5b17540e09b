// A block of the small voice.

internal import Kernels
internal import Transformer

/// ConvNeXt (Liu et al. 2022): x + narrow(GELU(widen(norm(depthwise(x))))), where the depthwise convolution sees as many rows before as after.
struct SmallBlock: Sendable {
    /// [taps, width] and [width]
    private let taps, bias: Buffer
    private let norm: Normalization
    private let widen, narrow: Linear
    let width: Int
    /// Rows that it reads before and after one.
    let reach: Int

    init(_ file: SmallFile, _ name: String, width: Int, precision: Precision) throws(ModelError) {
        let count = try file.depth(name + ".depth", width: width), hidden = try file.outputs(name + ".widen")
        let depth = try file.floats(name + ".depth.weight", [width, 1, count])
        taps = Buffer((0..<count * width).map { depth[$0 % width * count + $0 / width] })
        bias = Buffer(try file.floats(name + ".depth.bias", [width]))
        norm = try file.norm(name + ".norm", width)
        widen = try file.linear(name + ".widen", width, hidden, precision)
        // The block's output is scaled by channel.
        let scale = try file.floats(name + ".scale", [width])
        let rows = try file.floats(name + ".narrow.weight", [width, hidden])
        let offsets = try file.floats(name + ".narrow.bias", [width])
        narrow = Linear(
            weights: rows.indices.map { rows[$0] * scale[$0 / hidden] }, bias: zip(offsets, scale).map { $0 * $1 },
            inputs: hidden, outputs: width, precision: precision)
        (self.width, reach) = (width, count / 2)
    }

    var products: [ProductShape] {
        [widen, narrow].map { ProductShape(outputs: $0.outputs, inputs: $0.inputs, precision: $0.precision) }
    }

    /// The middle one of 2 · reach + 1 rows of `window`, for `count` windows one row apart: to y [count, width].
    func mix(_ window: UnsafePointer<Float>, count: Int, to y: UnsafeMutablePointer<Float>) {
        for row in 0..<count {
            let target = y + row * width
            target.update(from: bias.pointer, count: width)
            for tap in 0...2 * reach {
                let values = window + (row + tap) * width, factors = taps.pointer + tap * width
                for c in 0..<width { target[c] += values[c] * factors[c] }
            }
        }
    }

    /// x += what the mixed rows y [rows, width] give. y is overwritten.
    func add(_ y: UnsafeMutablePointer<Float>, rows: Int, _ space: SmallSpace, to x: UnsafeMutablePointer<Float>) {
        norm.apply(y, rows: rows, to: y)
        let wide = space.wide.room(rows * widen.outputs), operand = space.products.operand(rows, widen.outputs)
        widen.apply(y, rows: rows, through: operand, to: wide)
        Activation.gelu(wide, count: rows * widen.outputs)
        narrow.apply(wide, rows: rows, through: operand, to: y)
        Kernels.add(y, to: x, count: rows * width)
    }
}

/// Memory that the blocks of a stage share.
final class SmallSpace {
    let products = ProductSpace()
    let wide = Scratch(), mixed = Scratch()
}
