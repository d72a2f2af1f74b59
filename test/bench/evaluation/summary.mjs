/**
 * Tables of what was measured, and the paired comparison of two evaluations. Rows are plain JSON, the same
 * from `npm run evaluate` and from `python -m ddcolor.evaluate`.
 * @typedef {Record<string, number>} Numbers
 * @typedef {{ file: string, measures: Numbers | null, grayMeasures: Numbers | null }} Row
 * @typedef {{ settings: Record<string, unknown>, rows: Row[] }} Evaluation
 */

/**
 * Measures as tables name them: digits, and whether more or less is better.
 * @type {Record<string, { label: string, digits: number, better?: 'more' | 'less' | 'nearer 0' }>}
 */
const MEASURES = {
  psnr: { label: 'PSNR, dB', digits: 3, better: 'more' },
  chromaSsim: { label: 'SSIM of chroma', digits: 4, better: 'more' },
  colourfulness: { label: 'colourfulness', digits: 2 },
  originalColourfulness: { label: 'of the originals', digits: 2 },
  colourfulnessDifference: { label: 'difference', digits: 2, better: 'nearer 0' },
  abDistance: { label: 'mean \\|Δab\\|', digits: 3, better: 'less' },
  deltaE2000: { label: 'mean ΔE2000', digits: 3, better: 'less' },
  perceptual: { label: 'perceptual distance', digits: 4, better: 'less' },
  meanChroma: { label: 'mean chroma', digits: 2 },
  red: { label: 'share of red', digits: 3 },
  yellow: { label: 'of yellow', digits: 3 },
  green: { label: 'of green', digits: 3 },
  blue: { label: 'of blue', digits: 3 },
};

/**
 * Mean and standard error of the mean; the error of one value is 0.
 * @param {readonly number[]} values
 */
export function meanAndError(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const error = values.length > 1 ? Math.sqrt(squares / (values.length - 1) / values.length) : 0;
  return { mean, error };
}

/**
 * The mean of each measure over the rows that have it.
 * @param {readonly Row[]} rows
 * @param {'measures' | 'grayMeasures'} kind
 * @returns {Numbers | null} null where no row has measures of the kind
 */
export function meansOf(rows, kind) {
  const found = rows.map((row) => row[kind]).filter((one) => one !== null);
  const [first] = found;
  if (!first) return null;
  return Object.fromEntries(
    Object.keys(first).map((key) => [key, meanAndError(found.map((one) => one[key] ?? NaN)).mean]),
  );
}

/**
 * One evaluation's means as a table of Markdown.
 * @param {readonly Row[]} rows
 */
export function tableOf(rows) {
  const parts = [];
  for (const kind of /** @type {const} */ (['measures', 'grayMeasures'])) {
    const means = meansOf(rows, kind);
    if (!means) continue;
    const count = rows.filter((row) => row[kind]).length;
    const lines = Object.entries(means).map(([key, mean]) => {
      const { label, digits } = measureNamed(key);
      return `| ${label} | ${mean.toFixed(digits)} |`;
    });
    const title = kind === 'measures' ? 'photographs' : 'without colours of their own';
    parts.push([`| ${count} ${title} | mean |`, '|---|---:|', ...lines].join('\n'));
  }
  return parts.join('\n\n');
}

/**
 * The same photographs in two evaluations, paired: mean difference (the first less the second) with its
 * standard error, and in how many the first is better.
 * @param {Evaluation} one
 * @param {Evaluation} other
 * @returns {{ key: string, difference: number, error: number, better: number | null, count: number }[]}
 */
export function pairedComparison(one, other) {
  const others = new Map(other.rows.map((row) => [row.file, row.measures]));
  const pairs = one.rows.flatMap(({ file, measures }) => {
    const counterpart = others.get(file);
    return measures && counterpart ? [{ measures, counterpart }] : [];
  });
  const [first] = pairs;
  if (!first) return [];
  return Object.keys(first.measures)
    .filter((key) => key in first.counterpart && key !== 'originalColourfulness')
    .map((key) => {
      /** @type {[number, number][]} */
      const values = pairs.map((pair) => [pair.measures[key] ?? NaN, pair.counterpart[key] ?? NaN]);
      const { mean, error } = meanAndError(values.map(([mine, theirs]) => mine - theirs));
      const { better } = measureNamed(key);
      const wins = values.filter(([mine, theirs]) => isBetter(mine, theirs, better)).length;
      const count = values.length;
      return { key, difference: mean, error, better: better ? wins : null, count };
    });
}

/**
 * {@link pairedComparison} as a table of Markdown.
 * @param {Evaluation} one
 * @param {Evaluation} other
 */
export function comparisonTable(one, other) {
  const rows = pairedComparison(one, other).map(({ key, difference, error, better, count }) => {
    const { label, digits } = measureNamed(key);
    const sign = difference < 0 ? '−' : '+';
    const wins = better === null ? '' : `${better} of ${count}`;
    const words = `${sign}${Math.abs(difference).toFixed(digits)} ± ${error.toFixed(digits)}`;
    return `| ${label} | ${words} | ${wins} |`;
  });
  if (rows.length === 0) return 'The two have no photograph with colours in common.';
  return ['| against the other | difference | better in |', '|---|---:|---:|', ...rows].join('\n');
}

/**
 * Settings in which two evaluations differ, as sentences: their numbers may not be comparable.
 * @param {Evaluation} one
 * @param {Evaluation} other
 */
export function differingSettings(one, other) {
  return Object.keys(one.settings)
    .filter((key) => key in other.settings)
    .map((key) => ({ key, mine: one.settings[key], theirs: other.settings[key] }))
    .filter(({ mine, theirs }) => JSON.stringify(mine) !== JSON.stringify(theirs))
    .map(({ key, mine, theirs }) => `${key} is ${mine} here and ${theirs} in the other.`);
}

/** @param {string} key */
function measureNamed(key) {
  return MEASURES[key] ?? { label: key, digits: 3 };
}

/**
 * @param {number} mine
 * @param {number} theirs
 * @param {'more' | 'less' | 'nearer 0' | undefined} better
 */
function isBetter(mine, theirs, better) {
  if (better === 'more') return mine > theirs;
  return better === 'less' ? mine < theirs : Math.abs(mine) < Math.abs(theirs);
}
