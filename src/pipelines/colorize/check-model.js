import { assertFinite } from '../../models/finite-weights.ts';
import { readWeights } from '../../models/model.ts';
import { writtenGraphs } from '../../models/written-graphs.ts';
import { letMessagesIn } from '../../shared/let-messages-in.ts';
import { checkDdcolor } from './check-ddcolor.ts';
import { footprintsOf } from './footprints.ts';
/**
 * Checks what a model's files hold, all but whether it colours: the table of weights, and the weights. What else a model
 * needs is made of these.
 * @param files those of its weights, each verified by its hash.
 * @returns the card, with the memory that its runs will take and its graphs, and all files.
 * @throws {AppError} `model/incompatible`, `model/corrupt`.
 */
export async function checkModel(offered, files) {
    const { network, sizes } = offered;
    const { table, stream } = await readWeights(offered.weights, files);
    checkDdcolor(table);
    await letMessagesIn();
    assertFinite(table, stream);
    await letMessagesIn();
    const graphs = await writtenGraphs(table, network);
    const parameters = table.reduce((sum, { materialised }) => sum + materialised.byteLength / 4, 0);
    const memory = footprintsOf(table, network, sizes.offered);
    const card = { ...offered, ...graphs.card, parameters, memory, metrics: {} };
    return { card, files: new Map([...files, ...graphs.files]) };
}
