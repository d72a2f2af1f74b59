import { weightFilesOf } from './card.ts';
import { sha256Of } from './integrity.ts';
import { MOST_NAME } from './plain-name.ts';
/** Digits of a hash that tell one content from another. */
const DIGITS = 12;
/**
 * The id under which a model from outside is kept: its own, then a dot, which no shipped id can have, and a hash of
 * all that decides what it gives; its graphs follow from that. The same content has the same id.
 */
export async function keptId(card) {
    const { id, network, output, sizes } = card;
    const content = [weightFilesOf(card).map(({ sha256 }) => sha256), network, output, sizes];
    const sha256 = await sha256Of(new Blob([JSON.stringify(content)]));
    return `${id}.${sha256.slice(0, DIGITS)}`;
}
/** A name that no other model has: its own, else with a number behind it. */
export function uniqueName(name, others) {
    const taken = new Set(others.map((other) => other.toLowerCase()));
    for (let number = 1;; number++) {
        const suffix = number === 1 ? '' : ` (${number})`;
        const candidate = name.slice(0, MOST_NAME - suffix.length) + suffix;
        if (!taken.has(candidate.toLowerCase()))
            return candidate;
    }
}
