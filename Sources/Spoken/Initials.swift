// Decides whether capitals are said as a word or letter by letter.

enum Initials {
    /// Words of two and three letters, which stay words in capitals.
    private static let words = set(
        """
        a i am an as at be by do go he if in is it me my no of oh on or so to up us we act add age ago air all and any are arm art ask ate bad bag \
        bar bed big bit bow box boy bus but buy can cap car cat cow cry cup cut dad day did die dig dog dry due ear eat egg end eye far few fit fix \
        fly for fox fun gas get god got gun guy had has hat her hey hi him his hit hot how ice ill its job joy key kid let lie lot low mad man map \
        may men met mom mix mum net new nor not now nut odd off oil old one our out own pay pen pet pie pig pin put ran raw red rid rob row run sad \
        sat saw say sea see set she shy sir sit six sky son sun tax tea ten the tie tip too top toy try two use van war was way wet who why win won \
        yes yet you ram rom sim gif lan wan zip
        """)
    /// Spelled as letters when the surrounding words are in lower case.
    private static let ambiguous = set("it us who am is or in an as at he me so")
    /// Spelled as letters although they could be pronounced.
    private static let spelled = set(
        "usa api ufo cia ceo dna eu uk un ai tv pc ufo iq ui ux hr pr ip os io vip suv led faq asap iou diy ada esp ira ieee ietf iaea icao"
    )
    private static let onsets = set(
        """
        bl br ch cl cr dr dw fl fr gh gl gr kn ph pl pr ps qu rh sc sh sk sl sm sn sp sq st sw th tr tw wh wr chr phr sch scr shr spl spr str thr
        """)
    private static let codas = set(
        "ght ths nds rld nts sts rst tch rth nth ngs nks rts lls sks rds rms cks fth ngth ghts rsts xth lth mps")
    private static let vowels = Set("aeiouy".utf8)

    private static func set(_ words: String) -> Set<String> {
        Set(words.split { $0 == " " || $0 == "\n" }.map(String.init))
    }

    /// `letters` are in lower case.
    static func isSpelled(_ letters: String, isShouted: Bool) -> Bool {
        guard letters.utf8.count > 1, letters.utf8.count <= 12 else { return false }
        if ambiguous.contains(letters) { return !isShouted && letters.utf8.count < 4 }
        if spelled.contains(letters) { return true }
        if letters.utf8.count > 3 || isShouted { return !words.contains(letters) && !isPronounceable(letters) }
        return !words.contains(letters)
    }

    /// By rule: the consonants around the vowels must form English clusters. Three letters need a vowel between two consonants.
    private static func isPronounceable(_ letters: String) -> Bool {
        let isVowel = letters.utf8.map { vowels.contains($0) }
        guard let first = isVowel.firstIndex(of: true), let last = isVowel.lastIndex(of: true), isVowel.contains(false)
        else { return false }
        let count = letters.utf8.count
        if count <= 3 { return isVowel == [false, true, false] }
        let onset = String(letters.prefix(first)), coda = String(letters.dropFirst(last + 1))
        guard onset.utf8.count < 2 || onsets.contains(onset), coda.utf8.count < 3 || codas.contains(coda) else {
            return false
        }
        var run = 0
        for flag in isVowel[first...last] {
            run = flag ? 0 : run + 1
            if run > 4 { return false }
        }
        return true
    }
}
