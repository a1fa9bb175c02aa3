import { highestOf } from "../../../src/statistics/extremes.js";
import { meanOf } from "../../../src/statistics/moments.js";
import { seededRandom } from "../../../src/util/random.js";
import { dataSet, evidence } from "./posterior-evidence.js";

// Compares the posterior with importance sampling on many data sets, for docs/statistics.md:
// node --import tsx tests/statistics/psychometric/print-evidence.ts [data sets] [exact draws]
const [sets = 240, draws = 400_000] = process.argv.slice(2).map(Number);
/** With fewer effective draws, the error would be that of the importance sampling. */
const LEAST_EFFECTIVE = 500;

const found = Array.from({ length: sets }, (_, k) =>
  evidence(dataSet(seededRandom(`set ${k}`)), draws, `set ${k}`),
);
const compared = found.filter(({ effective }) => effective >= LEAST_EFFECTIVE);
const probabilities = compared.map(({ probability }) => probability);
const octaves = compared.map(({ octaves: error }) => error);
console.log(`${compared.length} of ${sets} data sets with at least ${LEAST_EFFECTIVE} effective exact draws`);
console.log(
  `probability: mean error ${meanOf(probabilities).toFixed(4)}, worst ${highestOf(probabilities).toFixed(3)}`,
);
console.log(
  `quantiles: ${octaves.filter((error) => error > 0.05).length} more than .05 octave off, worst ${highestOf(octaves).toFixed(3)}`,
);
