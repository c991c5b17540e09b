// Greetings, thanks and other small talk that is the same every time.

import Basics

enum Courtesy: Skill {
    static let name = "courtesy"

    private static let you = "( there| duet| again| everybody| my friend)?"

    static let rules: [Rule] = [
        Rule(
            Phrase("(hello|hi|hey|hiya|good day|greetings|howdy)\(you)|hello hello|hi hi"),
            says: "Hello! How can I help you?"),
        Rule(
            Phrase(
                "(hello|hi|hey)?\(you) how (are|our|do|r) (you|u)( doing| feeling| today| doing today| this morning)?|how is it going|how are things|are you (well|ok|okay|all right|fine)|what is up|(hello|hi|hey) how is it going"
            ), says: "I am well, thank you. How are you?"),
        Rule(Phrase("good (morning|mourning)\(you)"), says: "Good morning! How can I help you?"),
        Rule(Phrase("good afternoon\(you)"), says: "Good afternoon! How can I help you?"),
        Rule(Phrase("good evening\(you)"), says: "Good evening! How can I help you?"),
        Rule("good night|goodnight|sleep well|night night", says: "Good night, sleep well."),
        Rule(
            "(thank you|thanks|thank you (very|so) much|thanks a lot|many thanks|thank you for <w> <x>|thanks for <w> <x>|that is all thank you|thank you that is all|thank you that was helpful)( duet)?|thank you (for (the|your) (help|hell|answer|time|information))",
            says: "You are welcome."),
        Rule(
            "(good)? bye|goodbye|bye bye|see you( later| soon| tomorrow)?|talk to you later|good bye( duet)?|until next time",
            says: "Goodbye! It was nice talking to you."),
        Rule(
            "can you (hear|here) me( now)?|do you hear me|are you (there|listening|still there|here|awake)|hello (are you|is anybody|is anyone) there|is anybody there|is this thing on",
            says: "Yes, I can hear you."),
        Rule("(nice|pleased|good|great) to meet you( too)?", says: "Nice to meet you too."),
        Rule(
            "(i had|i have had|i am having) a (really|very|so)? (bad|terrible|hard|rough|awful|horrible) (day|week)( today| at work| at school)?",
            says: "I am sorry to hear that. Do you want to tell me about it?"),
        Rule(
            "(tell|say) (me|us)? (a|another|one more)? joke|make me laugh|do you know (a|any) (good )?(joke|jokes)|a joke|another joke|tell me (a|another) (funny|good) joke|know any jokes"
        ) { _, occasion in
            jokes[occasion.random.below(jokes.count)]
        },
    ]

    private static let jokes = [
        "Why did the clock go to school? It wanted to learn how to tell the time.",
        "What did the zero say to the eight? Nice belt!",
        "Why are mathematics books so sad? They are full of problems.",
        "What do you call a bear without teeth? A gummy bear.",
        "Why can a bicycle not stand up by itself? It is two tired.",
        "What is orange and sounds like a parrot? A carrot.",
        "Why did the scarecrow win a prize? He was outstanding in his field.",
        "What has four wheels and flies? A garbage truck.",
    ]
}
