import { meanAndError } from './summary.mjs';

/** @import { UpsamplingError, UpsamplingRow, Way } from './upsampling.ts' */

/** @type {{ key: keyof UpsamplingError, label: string, digits: number }[]} */
const COLUMNS = [
  { key: 'deltaE2000AtEdges', label: 'ΔE2000 at edges', digits: 3 },
  { key: 'deltaE2000', label: 'ΔE2000', digits: 3 },
  { key: 'psnr', label: 'PSNR, dB', digits: 3 },
];

/** @type {Way[]} */
const WAYS = ['nearest', 'bilinear', 'guided'];

/**
 * Means over photographs by whose ab, size and way, as a table of Markdown; after ± the standard error of
 * the difference from bilinear, photograph by photograph.
 * @param {readonly UpsamplingRow[]} rows
 */
export function upsamplingTable(rows) {
  const groups = grouped(rows);
  const lines = [...groups].flatMap(([group, members]) =>
    WAYS.map((way) => {
      const cells = COLUMNS.map(({ key, digits }) => {
        const { mean } = meanAndError(members.map((row) => row[way][key]));
        const differences = members.map((row) => row[way][key] - row.bilinear[key]);
        const { mean: difference, error } = meanAndError(differences);
        if (way === 'bilinear') return mean.toFixed(digits);
        const sign = difference < 0 ? '−' : '+';
        const against = `${sign}${Math.abs(difference).toFixed(digits)} ± ${error.toFixed(digits)}`;
        return `${mean.toFixed(digits)} (${against})`;
      });
      return `| ${group} | ${way} | ${cells.join(' | ')} |`;
    }),
  );
  const head = `| ab, size | way | ${COLUMNS.map(({ label }) => label).join(' | ')} |`;
  return [head, '|---|---|---:|---:|---:|', ...lines].join('\n');
}

/** @param {UpsamplingRow} row */
function groupOf({ source, size }) {
  return `${source}, ${size}²`;
}

/**
 * Rows by whose ab and which size, as they came.
 * @param {readonly UpsamplingRow[]} rows
 * @returns {Map<string, UpsamplingRow[]>}
 */
function grouped(rows) {
  /** @type {Map<string, UpsamplingRow[]>} */
  const groups = new Map();
  for (const row of rows) groups.set(groupOf(row), [...(groups.get(groupOf(row)) ?? []), row]);
  return groups;
}
