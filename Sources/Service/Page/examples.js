// Suggestions for new users. `Scripts/examples` tests each one, spoken in every voice and typed.

/** `say`: the text shown and typed; `answer`: a regular expression that must match Duet's whole answer. */
export const EXAMPLES = [
  { "say": "What day comes after Monday?", "answer": "tuesday comes after monday" },
  { "say": "My name is Peter.", "answer": "nice to meet you peter" },
  { "say": "What month comes after May?", "answer": "june comes after may" },
  { "say": "What color is the sky?", "answer": "the sky is blue" },
  { "say": "What does the lion say?", "answer": "the lion says roar" },
  { "say": "Tell me a story.", "answer": "(once upon a time there was|a long time ago|there was) an? .+" }
];
