// What a newcomer may say or type: `Scripts/examples` tries each of these in every voice, and typed.

/** `say`: as it is shown and typed; `answer`: a regular expression for all of Duet's words. */
export const EXAMPLES = [
  { "say": "What day comes after Monday?", "answer": "tuesday comes after monday" },
  { "say": "What is the opposite of happy?", "answer": "the opposite of happy is sad" },
  { "say": "Count from three to nine.", "answer": "three four five six seven eight nine" },
  { "say": "What color is the sky?", "answer": "the sky is blue" },
  { "say": "Spell water.", "answer": "water is spelled w a t e r" },
  { "say": "Tell me a story.", "answer": "(once upon a time there was|a long time ago|there was) an? .+" }
];
