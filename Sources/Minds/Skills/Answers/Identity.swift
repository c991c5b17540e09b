// Who the assistant is and what it can do.

enum Identity: Skill {
    static let name = "identity"

    static let rules: [Rule] = [
        Rule(
            "who are you|what are you|what is your name|what your name is|your name|who am i (talking|speaking) to|(do you|have you) (have|got) a name|what (do|should|can|may) i call you|what are you called|and (what is your name|you are|who are you)|introduce yourself|who is this|tell me your name|tell me about yourself|say your name"
        ) {
            _, occasion in "I am \(occasion.assistant), a voice assistant."
        },
        Rule(
            """
            what can you do|what (all)? can i ask( you)?|what are you able to do|how can you help( me)?|what can you help( me)? with|what do you know|what else can you do|what (are your|is your) (skills|abilities)|
            what can i do with you|what are you good at|what do you do|what can i say|help
            """
        ) { found, _ in
            "I can do sums, tell the time and the date, spell, count, name capitals, remember what you tell me for this conversation, and talk with you."
        },
        Rule(
            "are you (a )?(human|human being|person|real person|man|woman|robot|machine|computer|real|alive|ai|an ai|bot|program|living)( or a (robot|human|machine|computer|person))?|are you a real human|are you an? (ai|artificial intelligence)|am i talking to a (human|robot|machine|person|computer|real person)"
        ) {
            _, occasion in "I am not a human, I am \(occasion.assistant), a computer program that talks."
        },
    ]
}
