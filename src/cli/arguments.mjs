import { parseArgs } from 'node:util';

/** @import { Backend, SaveFormat } from '../worker/protocol.ts' */

/**
 * What the user asked for.
 * @typedef {{
 *   inputs: string[],
 *   out: string,
 *   strength: number,
 *   size: 'auto' | number,
 *   device: 'auto' | Backend,
 *   model: string | null,
 *   format: SaveFormat,
 *   report: string | null,
 * }} Order
 */

export const USAGE = `Colours photographs with the built app's own engine, in headless Chromium.

  npm run colorize -- INPUT... --out DIR [options]

INPUT is a file or a folder; folders are searched for pictures, their subfolders kept in DIR.

  --out DIR           where coloured pictures go (made if absent; inputs are never overwritten)
  --strength NUMBER   how much colour, 0 to 1.5 (default 1.0)
  --size SIZE         what the network sees: auto, 256, 384 or 512 (default auto)
  --device DEVICE     auto, webgpu or wasm (default auto)
  --model MODEL       another DDColor: a model folder, a published .onnx file, or the
                      address of either
  --format FORMAT     png or jpeg (default png)
  --json REPORT       write what was done, one entry a file, as JSON
  --help              show this

Exit status: 0 all coloured, 1 some file failed, 2 the command was not understood.`;

const SIZES = ['auto', '256', '384', '512'];
const DEVICES = /** @type {const} */ (['auto', 'webgpu', 'wasm']);
const FORMATS = /** @type {const} */ (['png', 'jpeg']);

/** The command cannot be understood; the message is for the user. */
export class UsageError extends Error {}

/**
 * Reads the command line.
 * @param {string[]} args without node and script
 * @returns {Order | 'help'}
 * @throws {UsageError}
 */
export function readArguments(args) {
  const { values, positionals } = parse(args);
  if (values.help) return 'help';
  if (positionals.length === 0) throw new UsageError('Name at least one photograph or folder.');
  if (!values.out) throw new UsageError('Say where the coloured pictures go: --out DIR.');
  const size = oneOf('size', values.size ?? 'auto', SIZES);
  return {
    inputs: positionals,
    out: values.out,
    strength: readStrength(values.strength ?? '1.0'),
    size: size === 'auto' ? size : Number(size),
    device: oneOf('device', values.device ?? 'auto', DEVICES),
    model: values.model ?? null,
    format: oneOf('format', values.format ?? 'png', FORMATS),
    report: values.json ?? null,
  };
}

/** @param {string[]} args */
function parse(args) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        out: { type: 'string' },
        strength: { type: 'string' },
        size: { type: 'string' },
        device: { type: 'string' },
        model: { type: 'string' },
        format: { type: 'string' },
        json: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/** @param {string} text */
function readStrength(text) {
  const strength = text.trim() === '' ? Number.NaN : Number(text);
  if (strength >= 0 && strength <= 1.5) return strength;
  throw new UsageError(`--strength is a number from 0 to 1.5, not ${JSON.stringify(text)}.`);
}

/**
 * @template {string} T
 * @param {string} option
 * @param {string} value
 * @param {readonly T[]} choices
 * @returns {T}
 */
function oneOf(option, value, choices) {
  const choice = choices.find((each) => each === value);
  if (choice !== undefined) return choice;
  throw new UsageError(
    `--${option} is one of ${choices.join(', ')}, not ${JSON.stringify(value)}.`,
  );
}
