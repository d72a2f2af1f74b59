import { assert } from '../../shared/errors.ts';
/**
 * The clean picture that a prediction stands for, the one thing that samplers work with. Each of the above is
 * solved for it with latent = alpha · clean + sigma · noise, whatever the two are.
 * @param denoised Gets the estimate; may be `prediction`.
 */
export function denoisedOf(kind, denoised, latent, prediction, { alpha, sigma }) {
    const [ofLatent, ofPrediction] = weights(kind, alpha, sigma);
    for (let i = 0; i < denoised.length; i++) {
        denoised[i] = ofLatent * latent[i] + ofPrediction * prediction[i];
    }
}
/** clean = first · latent + second · prediction. */
function weights(kind, alpha, sigma) {
    switch (kind) {
        case 'epsilon':
            assert(alpha > 0, 'Of pure noise the noise says nothing: epsilon needs alpha above 0.');
            return [1 / alpha, -sigma / alpha];
        case 'v': {
            const power = alpha * alpha + sigma * sigma;
            return [alpha / power, -sigma / power];
        }
        case 'x0':
            return [0, 1];
        case 'flow-velocity':
            return [1 / (alpha + sigma), -sigma / (alpha + sigma)];
    }
}
