import { filesOf } from '../models/card.ts';
/** Every model that runs can use, as the page tells of it. @throws {AppError} `model/*`, `net/*`. */
export async function reportModels({ library, adapterReport }) {
    const backend = adapterReport?.isFallback === false ? 'webgpu' : 'wasm';
    const known = await library.all();
    return Promise.all(known.map(async (one) => reportModel(one, await one.model.isHere(backend))));
}
/** A model as the page tells of it. */
export function reportModel({ model, origin }, isHere) {
    const { card } = model;
    const { id, name, summary, architecture, licence, source, trainingData, parameters } = card;
    return {
        ...{ id, name, summary, architecture, licence, source, trainingData, parameters },
        weaknesses: [...card.weaknesses],
        sizes: [...card.sizes.offered],
        bytes: filesOf(card).reduce((sum, file) => sum + file.bytes, 0),
        isHere,
        origin,
    };
}
