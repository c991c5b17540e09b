// HTML building blocks: the report is one self-contained page.

internal import Foundation

/// Builds pieces of HTML.
enum HTML {
    static func safe(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }

    /// The first row is the header. `numbers`: align all but the first column to the right.
    static func table(_ rows: [[String]], caption: String? = nil) -> String {
        func row(_ cells: [String], _ tag: String) -> String {
            "<tr>" + cells.map { "<\(tag)>\(safe($0))</\(tag)>" }.joined() + "</tr>"
        }
        let head = caption.map { "<caption>\(safe($0))</caption>" } ?? ""
        return "<table>\(head)<thead>\(row(rows[0], "th"))</thead><tbody>"
            + rows.dropFirst().map { row($0, "td") }.joined(separator: "\n") + "</tbody></table>"
    }

    static let style = """
        body{font:15px/1.5 system-ui,sans-serif;color:#1c1917;background:#fbfbfa;max-width:1080px;margin:32px auto;padding:0 20px}
        h1{font-size:26px;margin-bottom:4px}h2{font-size:19px;margin-top:40px;border-bottom:1px solid #e7e5e4;padding-bottom:4px}
        table{border-collapse:collapse;font-variant-numeric:tabular-nums;margin:12px 0}caption{text-align:left;font-weight:600;padding:8px 0}
        th,td{padding:3px 14px 3px 0;text-align:right;vertical-align:top;border-bottom:1px solid #f0eeec}th:first-child,td:first-child{text-align:left}td{white-space:nowrap}
        th{color:#78716c;font-weight:500}.cards{display:flex;flex-wrap:wrap;gap:12px;margin:20px 0}
        .card{background:#fff;border:1px solid #e7e5e4;border-radius:8px;padding:10px 16px;min-width:140px}
        .card b{display:block;font-size:22px}.card span{color:#78716c;font-size:13px}.wide{overflow-x:auto}.plot{margin:18px 0}
        .columns{columns:2 440px;column-gap:40px}.columns table{break-inside:avoid}li,p{max-width:75ch}
        """
}
