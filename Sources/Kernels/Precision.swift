// How exactly products are computed: what is kept of the weights and of the rows that meet them.

/// The precision of a product. Sums are never rounded below float32.
public enum Precision: String, CaseIterable, Sendable {
    /// Weights as they are stored, products in float32.
    case f32
    /// Weights and rows to the nearest bfloat16: 8 bits of each number.
    case bf16
    /// Weights to int8 with a scale for each output, rows to int8 with a scale each: sums are exact.
    case int8
}
