// From the pronouncer's symbols to the phones that a small voice knows.

internal import Foundation
internal import Transformer

/// The table in the voice's file: symbols of one or two code points, and the phone that each is.
struct SmallSymbols: Sendable {
    /// A phone as the encoder takes it.
    struct Phone: Hashable, Sendable {
        enum Silence { case begin, comma, end }

        var index: Int
        var isStressed = false
        var beginsWord = false
        /// nil for sounds.
        var silence: Silence?
    }

    /// What a clause is made of, and the phone of each of its symbols: that before it, for marks without one.
    struct Spelling: Sendable {
        var phones: [Phone]
        var phoneOf: [Int]
        /// Symbols without a phone, which are left out.
        var missing: [Unicode.Scalar]
    }

    private static let vowels: Set<String> = [
        "aa", "ae", "ah", "ao", "aw", "ax", "ay", "eh", "er", "ey", "ih", "iy", "ow", "oy", "uh", "uw",
    ]
    private static let silenceName = "pau"

    private let table: [[Unicode.Scalar]: Int]
    private let isVowel: [Bool]
    let count: Int

    init(_ file: SmallFile) throws(ModelError) {
        let names = (file.metadata["phones"] ?? "").split(separator: " ").map(String.init)
        guard names.first == Self.silenceName, Set(names).count == names.count,
            let data = file.metadata["symbols"]?.data(using: .utf8),
            let symbols = try? JSONSerialization.jsonObject(with: data) as? [String: String]
        else { throw ModelError("\(file.path): its metadata list no phones and symbols") }
        var table: [[Unicode.Scalar]: Int] = [:]
        for (symbol, name) in symbols {
            guard let index = names.firstIndex(of: name), (1...2).contains(symbol.unicodeScalars.count) else {
                throw ModelError("\(file.path): the symbol \(symbol) stands for no phone")
            }
            table[Array(symbol.unicodeScalars)] = index
        }
        (self.table, count, isVowel) = (table, names.count, names.map(Self.vowels.contains))
    }

    /// A clause begins and ends with silence; commas and marks within it are silences, too.
    func spell(_ symbols: [Unicode.Scalar]) -> Spelling {
        var phones = [Phone(index: 0, silence: .begin)], phoneOf: [Int] = [], missing: [Unicode.Scalar] = []
        var isStressed = false, beginsWord = true, i = 0
        func take(_ count: Int) { phoneOf += repeatElement(phones.count - 1, count: count) }
        while i < symbols.count, phones.count < Voice.symbolsMax {
            let pair = symbols[i..<min(i + 2, symbols.count)], length = table[Array(pair)] == nil ? 1 : pair.count
            if let index = table[Array(pair.prefix(length))] {
                phones.append(
                    Phone(index: index, isStressed: isStressed && isVowel[index], beginsWord: beginsWord))
                beginsWord = false
                if isVowel[index] { isStressed = false }
            } else {
                switch symbols[i] {
                case "ˈ", "ˌ": isStressed = true
                case " ": beginsWord = true
                case ",", ";", ":", ".", "!", "?":
                    beginsWord = true
                    if phones.last?.silence == nil { phones.append(Phone(index: 0, silence: .comma)) }
                case "ː", "_", "^", "$", "\u{329}", "\u{32F}": break
                default: if !missing.contains(symbols[i]) { missing.append(symbols[i]) }
                }
            }
            take(length)
            i += length
        }
        take(symbols.count - i)
        if phones.last?.silence != .comma { phones.append(Phone(index: 0)) }
        phones[phones.count - 1].silence = .end
        return Spelling(phones: phones, phoneOf: phoneOf, missing: missing)
    }
}
