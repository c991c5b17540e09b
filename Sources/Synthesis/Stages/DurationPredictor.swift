// How long each symbol lasts.

internal import Glibc
internal import Kernels
internal import Transformer

/// VITS' stochastic duration predictor, run backwards: noise becomes logarithms of durations (Kim et al. 2021, section 2.2.2).
struct DurationPredictor: Sendable {
    private struct Flow {
        var pre, projection: Convolution
        var stack: SeparableStack
    }

    private let pre, projection: Convolution
    private let condition: Convolution?
    private let stack: SeparableStack
    /// In the order of synthesis.
    private let flows: [Flow]
    /// The last flow: (z - shift) · scale for both rows.
    private let shift, scale: [Float]
    private let width: Int

    init(_ file: GraphFile) throws(ModelError) {
        func load(_ module: String) throws(ModelError) -> Convolution {
            Convolution(try ConvolutionWeights(file, module), precision: .f32, isWhole: true)
        }
        pre = try load("dp/pre")
        width = pre.outputs
        projection = try load("dp/proj")
        condition = file.nodes["dp/cond"] == nil ? nil : try load("dp/cond")
        stack = try SeparableStack(file, "dp/convs", width: width)
        var flows: [Flow] = []
        // The exporter leaves out the first of the flows, which synthesis does not use.
        for i in [7, 5, 3] {
            let flow = Flow(
                pre: try load("dp/flows.\(i)/pre"), projection: try load("dp/flows.\(i)/proj"),
                stack: try SeparableStack(file, "dp/flows.\(i)/convs", width: width))
            guard flow.pre.inputs == 1, flow.pre.outputs == width, flow.projection.outputs == Spline.parameters else {
                throw ModelError("\(file.path) has a duration predictor of an unknown shape")
            }
            flows.append(flow)
        }
        self.flows = flows
        shift = try file.floats("dp.flows.0.m", shape: [2, 1])
        let folded = "/dp/flows.0/Exp_output_0"
        scale =
            file.contains(folded)
            ? try file.floats(folded, shape: [2, 1])
            : try file.floats("dp.flows.0.logs", shape: [2, 1]).map { exp(-$0) }
    }

    /// Logarithms of frames for rows x [rows, width] of the encoder. `noise` [2, rows], already scaled; `speaker` its vector.
    func logarithms(_ x: [Float], noise: [Float], speaker: [Float]?) -> [Float] {
        let rows = noise.count / 2, space = ProductSpace()
        var h = [Float](repeating: 0, count: rows * width), t = h
        pre.apply(x, counts: [rows], space, to: &h)
        if let condition, let speaker {
            var more = [Float](repeating: 0, count: width)
            condition.apply(speaker, counts: [1], space, to: &more)
            for row in 0..<rows { for c in 0..<width { h[row * width + c] += more[c] } }
        }
        stack.apply(&h, rows: rows, space)
        projection.apply(h, counts: [rows], space, to: &t)
        var first = Array(noise[..<rows]), second = Array(noise[rows...])
        for flow in flows {
            swap(&first, &second)
            var u = [Float](repeating: 0, count: rows * width)
            var parameters = [Float](repeating: 0, count: rows * Spline.parameters)
            flow.pre.apply(first, counts: [rows], space, to: &u)
            add(t, to: &u, count: u.count)
            flow.stack.apply(&u, rows: rows, space)
            flow.projection.apply(u, counts: [rows], space, to: &parameters)
            for row in 0..<rows {
                let these = Array(parameters[row * Spline.parameters..<(row + 1) * Spline.parameters])
                second[row] = Spline(these, width: width).inverse(second[row])
            }
        }
        swap(&first, &second)
        return first.map { ($0 - shift[0]) * scale[0] }
    }
}
