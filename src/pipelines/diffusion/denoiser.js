import { throwIfAborted } from '../../shared/errors.ts';
import { branchesOf, guide } from './guidance.ts';
import { denoisedOf } from './prediction.ts';
/** A network with guidance, as samplers take it. Memory for its predictions is taken here, once. */
export function makeDenoiser(options) {
    const { predict, kind, guidance, length } = options;
    const branches = branchesOf(guidance.scale);
    const predictions = new Float32Array(branches.length * length);
    const each = branches.map((_, i) => predictions.subarray(i * length, (i + 1) * length));
    return async (latent, level, denoised, signal) => {
        if (guidance.mode === 'batched') {
            await predict({ latent, level, branches, predictions, signal });
        }
        else {
            for (const [i, branch] of branches.entries()) {
                throwIfAborted(signal);
                await predict({ latent, level, branches: [branch], predictions: each[i], signal });
            }
        }
        const [first, second] = each;
        if (second)
            guide(first, first, second, guidance.scale);
        denoisedOf(kind, denoised, latent, first, level);
    };
}
