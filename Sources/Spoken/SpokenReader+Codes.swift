// Reads digits that are not quantities: telephone numbers, IP addresses, versions, card numbers.

extension SpokenReader {
    /// Limits of a telephone number: tokens, and digits.
    private static let phoneTokensMax = 20
    private static let phoneDigits = 7...16
    private static let joints: Set<String> = ["-", ".", "(", ")", "–"]

    /// "+1 555 0100", "(030) 123 4567", "555-0100", "0800 123456"; a card's four groups of four digits.
    mutating func readPhone() -> Bool {
        guard let first = self[0], first.kind == .digits || gluedKind(1) == .digits else { return false }
        guard isLong(from: first.kind == .digits ? 0 : 1) else { return false }
        let (groups, joints, count) = digitGroups()
        let sizes = groups.map(\.utf8.count), total = sizes.reduce(0, +)
        guard Self.phoneDigits.contains(total) else { return false }
        let isPhone: Bool
        switch first.text {
        case "+": isPhone = true
        case "(": isPhone = groups.count > 1 && joints.contains(")")
        default: isPhone = isCode(groups, sizes, joints)
        }
        guard isPhone else { return false }
        if first.isSign("+") { say("plus") }
        for group in groups { say(NumberWords.digits(group)) }
        at += count
        return true
    }

    /// Whether enough groups of digits follow for a telephone number.
    private func isLong(from offset: Int) -> Bool {
        var groups = 0, digits = 0, n = offset
        while n < Self.phoneTokensMax, let kind = kind(n) {
            if kind == .digits {
                // A list of small numbers is not a telephone number: stop looking ahead.
                if n == 1, offset == 0, !mayBeRow() { return false }
                (groups, digits) = (groups + 1, digits + tokens[at + n].text.utf8.count)
                if digits >= Self.phoneDigits.lowerBound, groups > 1 || offset > 0 { return true }
            } else if kind != .sign || !Self.joints.contains(tokens[at + n].text) {
                return false
            } else if tokens[at + n].text == "(", !isSign(0, "+") {
                return false
            }
            n += 1
        }
        return false
    }

    /// Whether the first two groups, separated by a space, may start a number that `isCode` accepts.
    private func mayBeRow() -> Bool {
        let first = tokens[at].text, sizes = (first.utf8.count, tokens[at + 1].text.utf8.count)
        return first.hasPrefix("0") && first != "0" || sizes == (3, 3) || sizes == (1, 3) || sizes == (4, 4)
            || sizes == (3, 2) || sizes == (3, 4)
    }

    private func isCode(_ groups: [String], _ sizes: [Int], _ joints: Set<String>) -> Bool {
        switch sizes {
        case [3, 3, 4], [1, 3, 3, 4], [4, 4, 4, 4]: return joints.isSubset(of: ["-", " ", "."]) && joints.count == 1
        case [3, 2, 4]: return joints == ["-"]
        case [3, 4]:
            // "100-2000" is a range.
            let isRange = groups[0].hasSuffix("00") || groups[0].hasSuffix("50")
            return joints == ["-"]
                && (!isRange || groups[1].hasPrefix("0") || SpokenNames.beforePhones.contains(wordBefore))
        default:
            if groups[0].hasPrefix("0"), groups[0] != "0" {
                return groups.count > 1 && sizes.reduce(0, +) > 7 && joints != ["."]
            }
            return groups.count > 3 && joints == ["-"]
        }
    }

    /// The groups of digits from the next token on, what separates them, and how many tokens they take.
    private func digitGroups() -> (groups: [String], joints: Set<String>, count: Int) {
        var groups: [String] = [], joints: Set<String> = [], n = 0, count = 0, digits = 0
        if let first = self[0], first.isSign("+") || first.isSign("(") { n = 1 }
        while n < Self.phoneTokensMax, let token = self[n], n == 0 || token.gap != .line {
            if token.kind == .digits {
                groups.append(token.text)
                digits += token.text.utf8.count
                guard digits <= Self.phoneDigits.upperBound else { return ([], [], 0) }
                if n > 0, !token.isGlued, groups.count > 1 { joints.insert(" ") }
                count = n + 1
            } else if groups.isEmpty || token.kind != .sign || !Self.joints.contains(token.text) {
                break
            } else if token.text != "(", !token.isGlued {
                break
            } else if token.text == "(" {
                // Parentheses may follow only a country code.
                guard self[0]!.isSign("+") else { break }
            } else if let next = self[n + 1], next.kind == .digits, token.text == ")" || next.isGlued {
                joints.insert(token.text == "–" ? "-" : token.text)
            }
            n += 1
        }
        // Directly followed by letters or a fraction, the digits are not a telephone number.
        if let next = glued(count), next.kind == .letters || next.kind == .fraction { return ([], [], 0) }
        return (groups, joints, count)
    }

    /// "192.168.0.1", "1.10.2"
    mutating func readDotted() -> Bool {
        guard isGlued(1, "."), gluedKind(2) == .digits, isGlued(3, ".") else { return false }
        var parts: [String] = [], n = 0
        while parts.count < 8, let digits = n == 0 ? self[0] : glued(n), digits.kind == .digits {
            parts.append(digits.text)
            guard isGlued(n + 1, ".") else { break }
            n += 2
        }
        guard parts.count > 2 else { return false }
        let isAddress =
            parts.count == 4
            && parts.allSatisfy { Int($0).map { $0 < 256 } ?? false && ($0 == "0" || !$0.hasPrefix("0")) }
        let isGrouped = (1...3).contains(parts[0].utf8.count) && parts.dropFirst().allSatisfy { $0.utf8.count == 3 }
        if isGrouped && !isAddress { return false }
        for (i, part) in parts.enumerated() {
            if i > 0 { say(isAddress ? "dot" : "point") }
            say(isAddress && part.utf8.count == 3 ? NumberWords.digits(part) : Self.number(part))
        }
        at += 2 * parts.count - 1
        if isAddress, isGlued(0, ":"), let port = glued(1), port.kind == .digits {
            say(["port"] + NumberWords.digits(port.text))
            at += 2
        }
        return true
    }

    /// "1-2-3": a sequence of numbers, not a subtraction.
    mutating func readChain() -> Bool {
        guard isGlued(1, "-"), gluedKind(2) == .digits, isGlued(3, "-") else { return false }
        var parts = [tokens[at].text], n = 1
        while parts.count < 12, isGlued(n, "-"), let next = glued(n + 1), next.kind == .digits {
            parts.append(next.text)
            n += 2
        }
        let values = parts.compactMap { Int($0) }
        guard parts.count > 2, values.count == parts.count,
            zip(values, values.dropFirst()).contains(where: { $0 <= $1 }),
            !SpokenNames.beforeSums.contains(wordBefore)
        else { return false }
        for part in parts { say(Self.number(part)) }
        at += n
        return true
    }
}
