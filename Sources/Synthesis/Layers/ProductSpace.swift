// What convolutions need besides their rows: one for each stage and thread.

internal import Kernels

/// Rows gathered for products, and rows in other precisions.
final class ProductSpace {
    let gathered = Scratch()
    /// Outputs of several lanes with what is computed between them.
    let spread = Scratch()
    /// Converted rows: windows of streams, and rows that come as float32.
    let window = ByteScratch(), converted = ByteScratch()
    private var current: (operand: Operand, rows: Int, width: Int)?

    /// An operand with room for `rows` rows of `width` numbers.
    func operand(_ rows: Int, _ width: Int) -> Operand {
        if let current, current.rows >= rows, current.width >= width { return current.operand }
        let (rows, width) = (max(rows, current?.rows ?? 0), max(width, current?.width ?? 0))
        let operand = Operand(rowsMax: rows, widthMax: width)
        current = (operand, rows, width)
        return operand
    }
}
