// Who the assistant is and what it can do.

enum Identity: Skill {
    static let name = "identity"

    private static let being = """
        (a|an)? (human|human being|person|real person|man|woman|robot|machine|computer|real|alive|ai|artificial|bot|program|computer program|living|living being|chatbot|software|automated|fake|human person|live person|live human being|real human|real human being|actual person|actual human|actual human being|artificial intelligence|real live person|real life person|not|not human)
        """

    static let rules: [Rule] = [
        Rule(
            "who are you|what are you|what is your name|what your name is|your name|who am i (talking|speaking) to|(do you|have you) (have|got) a name|what (do|should|can|may) i call you|what are you called|and (what is your name|you are|who are you)|introduce yourself|who is this|tell me your name|what is your (first|full|real) name|(state|i (want|need|would like)) your name|what (do|should|can|would|may) (i|people|they|we) (call|refer to) you( by| as)?|what name (do|should|can|would) (i|you) (call you|use|use for you|prefer|go by|like|want me to call you|like me to call you|want me to use|answer to|like to go by|want to be called)|what would you like (me to call you|to be called)|what do you (want me to call you|like to be called|prefer to be called|want to be called|answer to)|(how|what) (should|can|may) i (address|refer to|call) you( as| by)?|how would you like me to (refer to|address|call) you|do you have a name (that )?i (can|could|should) (use|call you)( by)?|what is the name of this (ai|assistant)|what is the ai 's name|can i have your name|what to call you|i did not get your name|does the ai have a name|(may|can) i (get|have|know) your name|what is you name|tell me about yourself|say your name"
        ) {
            _, occasion in "I am \(occasion.assistant), a voice assistant."
        },
        Rule(
            """
            what can you do|what (all)? can i ask( you)?|what are you able to do|how can you help( me)?|what can you help( me)? with|what do you know|what else can you do|what (are your|is your) (skills|abilities)|
            what can i do with you|what (else|all|exactly)? can you help( me)?( with)?( exactly)?|what (are the)? (kinds|kind|sorts|sort|types|type) of (things|questions|stuff|topics|subjects) (can|could|may|should|do|are) (i|you) (ask|ask you|answer|do|know|help with|help me with|ask you about|ask of you|accept|able to do)( about| with| me with)?|
            what (things|questions|topics|subjects|tasks|information) (can|may|should|do|could) (i|you) (ask|ask you|answer|do|know|know about|ask you about|help me with|complete|respond to)( for me)?|what should i ask( you)?( about)?|what are you able to (answer|help me with|do)|what are your capabilities|what skills do you have|how can you assist me|how can i use you|what are you capable of( doing)?|what you (can do|are capable of|can help with|can assist me with)|what can i (use you for|ask|ask you to do)|what are you good at|what do you do|what can i say|help
            """
        ) { found, _ in
            "I can do sums, tell the time and the date, spell, count, name capitals, remember what you tell me for this conversation, and talk with you."
        },
        Rule(
            """
            (tell me|i want to know|know|specify|do you know)? (if|whether)? (are you|you are|am i (talking|speaking) (to|with)|is this|were you) (really|actually|just)? \(being) (or (are you|am i talking to|is it)? \(being))?|
            (do you think|would you say) (that)? you are \(being)|how do i know (if|that) you are \(being)|you sound like \(being)|are you considered \(being)
            """
        ) { _, occasion in "I am not a human, I am \(occasion.assistant), a computer program that talks."
        },
    ]
}
