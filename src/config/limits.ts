/**
 * The largest accepted values, each far beyond a real experiment. A larger value is a typing error that would exhaust
 * time or memory.
 */
export const LIMITS = Object.freeze({
  /** Bytes of a YAML file. */
  fileBytes: 16 * 2 ** 20,
  /** Words and punctuation marks in a file: each takes some microseconds to read. */
  words: 500_000,
  /** Bytes of a table of windows. */
  tableBytes: 64 * 2 ** 20,
  /** Nesting of lists and maps in a file: every reader recurses once for each level. */
  depth: 64,
  /** Keys of one map: each is compared with all others. */
  keys: 2_000,
  /** Nesting of the config that a run keeps, in which everything that it refers to is inlined a level or two deeper. */
  resolved: Object.freeze({ fileBytes: 500e6, words: Number.POSITIVE_INFINITY, depth: 80 }),
  /** Length of a name or an id, which becomes part of file names of at most 255 bytes. */
  nameLength: 100,
  /** Length of one text: a prompt of some 50,000 tokens. */
  textLength: 200_000,
  models: 100,
  questions: 1_000,
  capabilities: 100,
  methods: 200,
  tasks: 10_000,
  cases: 1_000,
  messages: 100,
  /** Statements of one side of a contrast. */
  statements: 10_000,
  /** Names of an answer, stop texts, wrong programs, losses, pairs of methods and other short lists. */
  list: 1_000,
  layers: 1_000,
  strengths: 1_000,
  /** Beyond these, a float32 (in which strengths are applied) has no digits left beside a residual. */
  strength: Object.freeze({ least: 1e-9, most: 1e9 }),
  octaves: Object.freeze({ least: 1e-6, most: 100 }),
  draws: 10_000,
  /** Samples of one cell. */
  cellSamples: 1_000_000,
  /** Samples of one window. */
  windowSamples: 1_000_000,
  /** A response's tokens, and the vocabulary that top_k chooses from: the longest and largest that models have. */
  tokens: 1_000_000,
  minutes: 1_000_000,
  parameters: 1e15,
  rows: 65_536,
  /** Samples of a block: a message about them has several values for each sample, and may have 2^18 in all. */
  block: 32_768,
  /** Workers, threads and simulating processes: more than any one machine has cores. */
  processes: 1_024,
  seed: 2 ** 32 - 1,
  simulatedExperiments: 1_000_000,
  simulatedTasks: 1_000,
  /** Sizes of the whole plan, which is held in memory: a cell takes about a kilobyte. */
  planCells: 1_000_000,
  planVectors: 200_000,
  planBlocks: 1_000_000,
  planSamples: 20_000_000,
  planTokens: 1e11,
});
