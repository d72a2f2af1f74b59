import { footprintAt } from './footprint.ts';
/** Size at which models are compared. */
const COMPARED_AREA = 256 ** 2;
/**
 * Models as {@link planRun} wants them: the chosen one, then those that take less, the largest of them first.
 * Full precision is compared, which every model has on every machine.
 * @param chosen one of `models`.
 */
export function inOrderFrom(chosen, models) {
    const bytes = ({ card }) => footprintAt(card.memory.fp32, COMPARED_AREA).peakBytes;
    const most = bytes(chosen);
    const smaller = models.filter((model) => model !== chosen && bytes(model) < most);
    return [chosen, ...smaller.sort((a, b) => bytes(b) - bytes(a))];
}
