// Converts text to tokens and back.

internal import Foundation

/// A vocabulary of text pieces; words begin with a space. Encoding is greedy: it always takes the longest piece that fits.
public struct Tokenizer: Sendable {
    /// An edge of the tree of pieces: its node, and the character that leads on.
    private struct Step: Hashable {
        let node: Int32, character: Int32
    }

    public let pieces: [String]
    /// Tokens below this are control tokens without text.
    public let controlCount: Int
    /// Numbers of all characters in pieces. Canonically equivalent characters are one (Unicode), as in Swift's strings.
    private let characters: [Character: Int32]
    /// Scalars in the longest of these characters when decomposed, which is each character's longest form. Longer ones are not looked
    /// up, because that would take disproportionately long.
    private let scalarsMax: Int
    /// `characters` for ASCII, by byte; -1 for none.
    private let bytes: [Int32]
    /// The tree of piece prefixes: node 0 is the empty text. The edges of node n are `firsts[n]..<firsts[n + 1]`, sorted by
    /// character.
    private let firsts: [Int]
    private let steps: [Int32]
    /// The node that each edge leads to.
    private let targets: [Int32]
    /// By node: the piece that ends there, or -1.
    private let ends: [Int32]

    public init(pieces: [String], controlCount: Int) {
        self.pieces = pieces
        self.controlCount = controlCount
        var characters: [Character: Int32] = [:], steps: [Step: Int32] = [:], ends: [Int32] = [-1]
        for (token, piece) in zip(0..., pieces).dropFirst(controlCount) where !piece.isEmpty {
            var node: Int32 = 0
            for character in piece {
                let number = characters[character] ?? Int32(characters.count)
                characters[character] = number
                let step = Step(node: node, character: number)
                if steps[step] == nil {
                    steps[step] = Int32(ends.count)
                    ends.append(-1)
                }
                node = steps[step]!
            }
            // Of two equal pieces, the first wins.
            if ends[Int(node)] < 0 { ends[Int(node)] = Int32(token) }
        }
        let sorted = steps.sorted { ($0.key.node, $0.key.character) < ($1.key.node, $1.key.character) }
        var firsts = [Int](repeating: 0, count: ends.count + 1)
        for step in sorted { firsts[Int(step.key.node) + 1] += 1 }
        for node in ends.indices { firsts[node + 1] += firsts[node] }
        (self.firsts, self.steps, targets) = (firsts, sorted.map(\.key.character), sorted.map(\.value))
        (self.characters, self.ends) = (characters, ends)
        let decomposed = characters.keys.map { String($0).decomposedStringWithCanonicalMapping.unicodeScalars.count }
        scalarsMax = decomposed.max() ?? 0
        bytes = (0..<128).map { characters[Character(Unicode.Scalar(UInt8($0)))] ?? -1 }
    }

    /// Reads `{"pieces": [...]}`. The first two are the control tokens idle and end.
    public init(path: String) throws(ModelError) {
        struct File: Decodable { var pieces: [String] }
        guard let data = FileManager.default.contents(atPath: path) else { throw ModelError("\(path) is missing") }
        guard let file = try? JSONDecoder().decode(File.self, from: data), file.pieces.count > 2 else {
            throw ModelError("\(path) is not a tokenizer: expected {\"pieces\": [...]}")
        }
        self.init(pieces: file.pieces, controlCount: 2)
    }

    /// The text of one token; empty for control tokens and invalid numbers.
    public func text(_ token: Int32) -> String {
        let i = Int(token)
        return pieces.indices.contains(i) && i >= controlCount ? pieces[i] : ""
    }

    /// Tokens of lower-case words. Characters in no piece are dropped. Takes time proportional to the text's length times the length
    /// of the longest piece.
    public func encode(_ text: String) -> [Int32] {
        let numbers = numbers(text)
        var tokens: [Int32] = [], start = 0
        while start < numbers.count {
            let (token, length) = longest(numbers, from: start)
            if token >= 0 { tokens.append(token) }
            start += length
        }
        return tokens
    }

    /// The number of each character, -1 if it is in no piece, with one space before each word.
    private func numbers(_ text: String) -> [Int32] {
        let space = characters[" "] ?? -1
        var numbers: [Int32] = [], isWord = false
        numbers.reserveCapacity(text.utf8.count + 1)
        // In ASCII one byte is one character, except that a carriage return and a line feed form one.
        guard text.utf8.contains(where: { $0 >= 128 || $0 == 13 }) else {
            for byte in text.utf8 {
                if byte != 32, !isWord { numbers.append(space) }
                if byte != 32 { numbers.append(bytes[Int(byte)]) }
                isWord = byte != 32
            }
            return numbers
        }
        // A combining mark at the start of the text would merge with the space before it into one character that is not a space.
        isWord = true
        // Looking up a character takes longer than looking up its bytes.
        var known: [UInt64: Int32] = [:]
        for character in " " + text {
            var key: UInt64 = 0, count = 0
            for byte in character.utf8 { (key, count) = (key << 8 | UInt64(byte), count + 1) }
            let isSpace = count == 1 && key == 32
            if !isSpace, !isWord { numbers.append(space) }
            isWord = !isSpace
            if isSpace { continue }
            let isShort = count <= 4 * scalarsMax
            let number = (count <= 8 ? known[key] : nil) ?? (isShort ? characters[character] : nil) ?? -1
            if count <= 8 { known[key] = number }
            numbers.append(number)
        }
        return numbers
    }

    /// The node that a character leads to, by binary search.
    private func step(from node: Int, _ character: Int32) -> Int32? {
        var low = firsts[node], high = firsts[node + 1]
        while low < high {
            let middle = (low + high) / 2
            if steps[middle] < character { low = middle + 1 } else { high = middle }
        }
        return low < firsts[node + 1] && steps[low] == character ? targets[low] : nil
    }

    /// The longest piece that starts at `start`, and its length in characters; (-1, 1) if there is none.
    private func longest(_ numbers: [Int32], from start: Int) -> (token: Int32, length: Int) {
        var node: Int32 = 0, found: (token: Int32, length: Int) = (-1, 1)
        for at in start..<numbers.count {
            guard numbers[at] >= 0, let next = step(from: Int(node), numbers[at]) else { break }
            node = next
            if ends[Int(node)] >= 0 { found = (ends[Int(node)], at - start + 1) }
        }
        return found
    }
}
