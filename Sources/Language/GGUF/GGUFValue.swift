// Metadata of a GGUF file: values and their types.

/// A value's type, numbered as in the file.
enum GGUFValueType: UInt32 {
    case uint8, int8, uint16, int16, uint32, int32, float32, bool, string, array, uint64, int64, float64

    /// Bytes of one value; nil where they differ from value to value.
    var width: Int? {
        switch self {
        case .uint8, .int8, .bool: 1
        case .uint16, .int16: 2
        case .uint32, .int32, .float32: 4
        case .uint64, .int64, .float64: 8
        case .string, .array: nil
        }
    }
}

/// A value. Arrays stay in the file: `start` is the position of the first element, all of which have been checked.
enum GGUFValue {
    case integer(Int)
    /// An integer above Int.max.
    case large(UInt64)
    case float(Double)
    case bool(Bool)
    case string(String)
    case array(GGUFValueType, count: Int, start: Int)

    /// What it is, for the operator.
    var kind: String {
        switch self {
        case .integer: "an integer"
        case .large: "an integer above 2^63"
        case .float: "a number with a fraction"
        case .bool: "true or false"
        case .string: "a string"
        case .array(.string, _, _): "an array of strings"
        case .array(.float32, _, _), .array(.float64, _, _): "an array of numbers with a fraction"
        case .array(.bool, _, _): "an array of truth values"
        case .array: "an array of integers"
        }
    }
}
