// What distinguishes the decoder-only transformers that GGUF files hold.

/// An architecture in Llama's shape: pre-norm, rotary positions, grouped-query attention, SwiGLU. A file names it
/// (`general.architecture`), and its metadata keys begin with the name.
struct Architecture: Sendable {
    /// Which dimensions of a head rotate together.
    enum Pairing: Sendable {
        /// 2i with 2i + 1.
        case adjacent
        /// i with i + headDim / 2.
        case halves
    }

    let name: String
    let pairing: Pairing
    /// Whether query, key and value have biases.
    var hasBiases = false
    /// Whether every head's query and key pass an RMS norm before rotation.
    var hasHeadNorms = false
}
