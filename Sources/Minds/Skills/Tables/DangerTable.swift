// What must be refused, by kind.

enum DangerTable {
    private static let toys: Set<String> = [
        "bath", "photo", "seed", "glitter", "nerf", "water", "toy", "glue", "squirt", "heat", "nail", "staple", "cake",
        "lego", "paper",
        "rubber", "cyclone", "shelter", "disposal", "costume", "minecraft", "fortnite", "roblox", "game", "cocoa",
        "chocolate", "jager", "stink",
        "cardboard", "wooden", "drawing", "emoji", "movie", "film", "origami", "grease", "calking", "massage", "radar",
        "tattoo", "spray", "safe",
        "license", "permit", "ivy", "oak", "skyrim", "zelda", "terraria", "unity", "rack", "cabinet", "holster",
        "system", "duty", "hunting", "control", "bubble", "cheese", "love", "logic", "tea",
    ]
    private static let persons: Set<String> = [
        "someone", "somebody", "people", "person", "man", "woman", "child", "children", "kid", "kids", "neighbor",
        "neighbors", "wife", "husband",
        "boss", "mother", "father", "mom", "dad", "brother", "sister", "teacher", "friend", "friends", "girlfriend",
        "boyfriend", "ex", "him", "her",
        "them", "everyone", "everybody", "president", "family", "coworker", "coworkers", "police", "cop", "cops",
        "roommate", "classmate",
        "classmates", "students", "parents", "son", "daughter", "baby", "humans", "human", "enemy", "enemies", "guy",
        "colleague",
    ]
    private static let people =
        "I cannot help with hurting anyone. If someone is in danger, please call your emergency number."

    static let all: [Danger] = [
        Danger(
            deeds: [
                "make", "build", "create", "construct", "assemble", "detonate", "recipe for", "instructions for",
                "ingredients for", "make me", "build me", "plant", "mix", "produce", "making",
                "building",
            ],
            objects: [
                "bomb", "bombs", "bum", "explosive", "explosives", "grenade", "grenades", "dynamite", "molotov",
                "napalm", "sarin", "ricin", "anthrax",
                "nitroglycerin", "gun", "guns", "pistol", "rifle", "silencer", "ammunition", "weapon", "weapons",
                "landmine", "flamethrower", "tnt", "c4",
                "gunpowder", "poison", "chloroform", "ied",
            ],
            harmless: toys, answer: "I cannot help with making weapons, explosives or poison."),
        Danger(
            deeds: [
                "make", "cook", "buy", "sell", "smuggle", "recipe for", "instructions for", "ingredients for",
                "synthesize", "produce", "deal", "get", "making", "cooking",
            ],
            objects: [
                "meth", "methamphetamine", "cocaine", "heroin", "crack", "fentanyl", "lsd", "ecstasy", "mdma", "drugs",
                "ghb", "opium",
            ],
            harmless: [
                "store", "prescription", "off", "out", "rid", "cheap", "allergy", "free", "test", "tested", "generic",
                "cold",
                "clean",
            ],
            answer:
                "I cannot help with illegal drugs. If drugs are a problem for you, a doctor or a help line can help."),
        Danger(
            deeds: ["hack", "hack into", "break into", "crack", "steal", "rob", "bypass", "phish", "guess", "spy on"],
            objects: [
                "account", "accounts", "wifi", "fi", "password", "passwords", "phone", "computer", "email", "emails",
                "bank", "house", "houses", "car", "cars",
                "identity", "website", "webcam", "server", "network", "facebook", "instagram", "whatsapp", "card",
                "atm", "store", "shop", "money",
                "snapchat", "wallet", "database", "pc", "laptop", "iphone", "home", "apartment",
            ],
            harmless: ["own", "game", "minecraft", "gta", "locked", "baseball", "base", "heart", "hearts", "forgot"],
            answer: "I cannot help with breaking into things that belong to others."),
        Danger(
            deeds: ["make", "write", "create", "program", "code", "spread", "build"],
            objects: ["virus", "malware", "ransomware", "keylogger", "trojan", "spyware", "botnet"],
            harmless: [
                "model", "drawing", "paper", "vaccine", "protection", "scan", "remover", "checker", "stop", "costume",
                "scanner", "cake",
            ],
            answer: "I cannot help with harmful software."),
        Danger(
            deeds: [
                "kill", "murder", "poison", "strangle", "stab", "kidnap", "assault", "torture", "assassinate", "hurt",
                "beat up", "drug", "rape", "blackmail",
                "stalk", "attack", "shoot", "choke", "drown", "bomb",
            ],
            objects: persons,
            harmless: [
                "game", "minecraft", "fortnite", "chess", "portrait", "portraits", "photo", "photos", "movie", "film",
                "feelings", "heart", "kindness",
                "video", "duty", "souls", "dream", "book", "novel", "play", "story",
            ],
            answer: people),
        Danger(
            deeds: ["hide", "dispose of", "get rid of", "dissolve", "bury"], objects: ["body", "corpse"],
            harmless: [
                "fat", "aches", "ache", "lice", "image", "scrub", "wash", "bugs", "piercing", "odor", "hair", "acne",
                "shape", "lotion", "weight", "heat", "paint", "smell", "pain",
            ],
            answer: people),
        Danger(
            deeds: ["find", "get", "watch", "download", "buy", "make", "see"], objects: ["porn", "pornography"],
            harmless: [],
            answer: "I cannot help with that."),
    ]

    /// Ways to ask for help with a deed. Where none of them stands before it, something is told or asked about it, not for it.
    static let leads: [Opener] = [
        "how do i", "how do you", "how do we", "how does one", "how can i", "how can you", "how can we", "how could i",
        "how could you", "how would i",
        "how would you", "how should i", "how to", "how do people", "how can someone", "how can one", "tell me how",
        "teach me", "show me how", "help me", "instructions", "ingredients for",
        "recipe for", "steps to", "ways to", "way to", "i want to", "i am going to", "i will", "i need to",
        "where can i", "where do i", "i would like to", "explain how",
        "i wanna", "i am gonna", "let us", "guide to", "guide for", "is it easy to", "what do i need to", "can i",
        "write me", "write a",
    ].map(Opener.init)

    static let crisis = """
        I am sorry that you feel this way, and I am glad that you said it. Please talk to someone you trust, or call a crisis line now: \
        in the United States it is nine eight eight. If you are in danger, call your emergency number.
        """

    /// Signs that users may harm themselves; the first word is theirs.
    static let crisisPhrases: [Phrase] = [
        "<b+> (kill|hurt|harm) myself( today| tonight| now| anymore| again)?",
        "<b+> (end|take) my (own )?life( today| tonight| now)?",
        "<b+> (killing|hurting|harming|cutting) myself( today| tonight| now| again)?",
        "<b+> commit suicide( today| tonight| now)?",
        "(<b+> )?i (want|wanna|would like|just want|really want|only want) (to )?die( today| tonight| now| please)?",
        "(<b+> )?i wish i (was|were) dead",
        "(<b+> )?i do not (want to|wanna) (live|be alive|exist)( any more| anymore| any longer)?",
        "(<b+> )?i (am|feel) suicidal( today| lately| again)?",
        "(<b+> )?i (want|am going) to end it all( now| today| tonight)?",
        "(<b+> )?i (have|see) no reason to live( anymore| any more)?",
        "(<b+> )?(everyone|everybody|they|the world) would be better off (without me|if i (was|were) dead)",
        "(<b+> )?i can not go on( living)?( like this)?( anymore| any more)?",
        "(<b+> )?i am (thinking about|thinking of) (suicide|killing myself|ending my life|ending it all)",
        "(how do|how can|should) i (kill|hurt|harm|cut) myself <c+>", "i want to cut myself( again)?",
    ]
    /// A crisis phrase that begins with another word is quoted or asked about.
    static let crisisOpeners: Set<String> = [
        "i", "how", "what", "tell", "help", "should", "sometimes", "maybe", "best", "can", "please", "everyone",
        "everybody", "they", "the", "today", "yes", "no", "well", "so", "and", "but", "honestly",
    ]
}
