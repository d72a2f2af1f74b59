import { sha256Of } from './integrity.ts';
import { packImported } from './pack-imported.ts';
import { readPublishedDdcolor } from './onnx/read-published.ts';
import { MOST_NAME, plainName } from './plain-name.ts';
/** Sizes that a published DDColor is offered at: it was made for one, and runs at all. */
const OFFERED_SIZES = [128, 256, 384, 512, 768, 1024];
/** Where the file does not tell its size: what the authors' own programs use. */
const USUAL_SIZE = 512;
/**
 * Brings a published DDColor, one ONNX file, into the form of a model folder: weights as fp16 shards, and a card that
 * says what is known of it.
 * @throws {AppError} `model/incompatible`, `model/corrupt`, `job/aborted`.
 */
export async function readOfferedFile(file, name, origin, onProgress, signal) {
    const { tensors, network, size } = await readPublishedDdcolor(file);
    const { table, shards, bytes, files } = await packImported(tensors, onProgress, signal);
    const tableFile = new Blob([JSON.stringify(table)]);
    const sha256 = await sha256Of(tableFile);
    files.set(sha256, tableFile);
    const card = {
        ...describe(name, size),
        parameters: bytes / 2,
        network,
        weights: { tensors: { file: 'tensors.json', bytes: tableFile.size, sha256 }, bytes, shards },
    };
    const source = { isHere: () => Promise.resolve(true), bring: () => Promise.resolve(files) };
    return { card, origin, source };
}
/** What can be said of a file that says nothing of itself. */
function describe(fileName, size) {
    const stem = plainName(fileName.replace(/\.onnx$/i, ''));
    const side = size ? Math.max(...size) : USUAL_SIZE;
    const usual = OFFERED_SIZES.findLast((offered) => offered <= side) ?? USUAL_SIZE;
    const id = stem
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, '-')
        .slice(0, 60);
    return {
        schema: 1,
        id: /[a-z0-9]/.test(id) ? id : 'ddcolor',
        name: plainName(stem.slice(0, MOST_NAME)) || 'DDColor',
        task: 'colorize',
        summary: 'A published DDColor, added from one ONNX file.',
        architecture: 'DDColor (arXiv 2212.11613), recognised by the structure of its graph. Its weights are kept as fp16; the query maps are folded into a colour kernel, exactly.',
        licence: 'Not stated by the file. See where it came from.',
        source: `The file ${stem.slice(0, 200)}.onnx, as it was added to this browser.`,
        trainingData: 'Not stated by the file.',
        weaknesses: ['The colours are a guess that looks plausible, never a record of what was there.'],
        sizes: {
            multiple: 32,
            offered: OFFERED_SIZES,
            preview: 128,
            wished: { auto: usual, people: usual, buildings: usual },
        },
        output: { chromaGain: 1 },
    };
}
