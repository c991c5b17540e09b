// How each character beyond ASCII is read.

enum SpokenCharacters {
    enum Folded {
        /// Letters a to z, for a letter with diacritics or a ligature.
        case letters(String)
        case digits(String)
        case power(String)
        /// Read like this ASCII text.
        case ascii(String)
        /// "1/2"
        case fraction(String)
        /// Words for the character.
        case name(String)
        /// Read by its Unicode name.
        case picture
        /// A sign that has rules, in its normal form.
        case sign(String)
        case space(SpokenToken.Gap)
        /// Dropped: it does not change what is said.
        case nothing
        case unspoken
    }

    static func fold(_ scalar: Unicode.Scalar) -> Folded {
        if let folded = SpokenTables.characters[scalar] { return folded }
        let value = scalar.value
        switch value {
        // Full-width forms of ASCII.
        case 0xFF01...0xFF5E: return .ascii(String(Unicode.Scalar(UInt8(value - 0xFF01 + 33))))
        // Thirteen mathematical alphabets, each with capitals before small letters.
        case 0x1D400...0x1D6A3:
            let place = (value - 0x1D400) % 52
            return .letters(String(Unicode.Scalar(UInt8(place < 26 ? 65 + place : 71 + place))))
        // Box drawing, blocks and bullets.
        case 0x2500...0x25FF: return .nothing
        case 0x391...0x3A9, 0x3B1...0x3C9: return greek(scalar)
        default: return folded(scalar, scalar.properties)
        }
    }

    static func isGreek(_ scalar: Unicode.Scalar) -> Bool { (0x370...0x3FF).contains(scalar.value) }

    private static func greek(_ scalar: Unicode.Scalar) -> Folded {
        let small = scalar.value < 0x3B1 ? scalar.value + 32 : scalar.value
        let names = SpokenTables.greek, place = Int(small) - 0x3B1
        return names.indices.contains(place) ? .name(names[place]) : .unspoken
    }

    /// By Unicode's general category and other properties.
    private static func folded(_ scalar: Unicode.Scalar, _ properties: Unicode.Scalar.Properties) -> Folded {
        switch properties.generalCategory {
        case .otherLetter: return .unspoken
        case .decimalNumber, .otherNumber, .letterNumber:
            guard let value = properties.numericValue, value >= 0, value == value.rounded() else { return .unspoken }
            return .digits(String(Int(value)))
        case .otherSymbol, .mathSymbol: return properties.isEmoji ? .picture : .unspoken
        case .uppercaseLetter:
            if let small = properties.lowercaseMapping.unicodeScalars.first, small != scalar,
                case .letters(let letters)? = SpokenTables.characters[small]
            {
                return .letters(letters.uppercased())
            }
            return .unspoken
        case .nonspacingMark, .spacingMark, .enclosingMark, .format, .control: return .nothing
        case .spaceSeparator: return .space(.space)
        case .lineSeparator, .paragraphSeparator: return .space(.line)
        case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
            .finalPunctuation, .otherPunctuation:
            return .space(.space)
        // Skin tones and similar modifiers.
        case .modifierSymbol: return .nothing
        default: return .unspoken
        }
    }
}
