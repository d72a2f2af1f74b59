import { notDdcolor } from './matching.ts';
/** ImageNet's statistics, which ConvNeXt was trained with; https://docs.pytorch.org/vision/stable/models.html. */
export const MEAN = [0.485, 0.456, 0.406];
export const DEVIATION = [0.229, 0.224, 0.225];
/** The largest value of a pixel: published exports take 0–1, some wrappers bytes. */
const WHITES = [1, 255];
/** Half precision rounds the statistics to three digits. */
const TOLERANCE = 2e-3;
/**
 * Checks that a value is the model's input as ConvNeXt wants it: normalised in the graph, from 0–1 or from bytes,
 * or given normalised from outside. In each case the first convolution sees the same numbers.
 */
export async function checkPicture(matching, value) {
    const found = await affineOf(matching, value);
    const fits = (white) => MEAN.every((mean, i) => {
        const slope = 1 / (white * DEVIATION[i]);
        const offset = -mean / DEVIATION[i];
        return isNear(found.slope[i], slope) && isNear(found.offset[i], offset);
    });
    const isPlain = found.slope.every((slope) => slope === 1) && found.offset.every((offset) => offset === 0);
    if (!isPlain && !WHITES.some(fits)) {
        throw notDdcolor('its picture is normalised in another way than ImageNet’s mean and deviation');
    }
}
function isNear(value, wanted) {
    return Math.abs(value - wanted) <= TOLERANCE * Math.abs(wanted);
}
/** A value as slope · input + offset, channel by channel. */
async function affineOf(matching, value) {
    const { flow } = matching;
    const [input] = flow.model.inputs;
    const steps = [];
    let at = flow.through(value);
    while (at !== input?.name) {
        const node = steps.length < 8 ? flow.made(at, 'Add', 'Sub', 'Mul', 'Div') : null;
        const operands = node && matching.fixedOperand(node);
        const found = matching.need(operands && { node, operands }, 'the normalised picture', at);
        const { values } = await matching.constants.read(found.operands.fixed);
        if (values.length !== 1 && values.length !== MEAN.length)
            throw notDdcolor('its picture has not three channels');
        steps.unshift({
            operator: found.node.operator,
            numbers: MEAN.map((_, i) => values[i % values.length]),
            isReversed: found.node.inputs[0] === found.operands.fixed,
        });
        at = flow.through(found.operands.other);
    }
    const whole = { slope: [1, 1, 1], offset: [0, 0, 0] };
    for (const { operator, numbers, isReversed } of steps) {
        if (isReversed && (operator === 'Sub' || operator === 'Div'))
            throw notDdcolor('its picture is inverted');
        numbers.forEach((number, i) => {
            const factor = operator === 'Mul' ? number : operator === 'Div' ? 1 / number : 1;
            const shift = operator === 'Add' ? number : operator === 'Sub' ? -number : 0;
            whole.slope[i] = whole.slope[i] * factor;
            whole.offset[i] = whole.offset[i] * factor + shift;
        });
    }
    return whole;
}
