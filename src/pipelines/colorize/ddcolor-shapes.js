/** Shapes of all weights of a DDColor, by the names of its modules (models/README.md). */
export function ddcolorShapes(sides) {
    const { depths, dims, width, queries, queryChannels: d, feedForward, layers } = sides;
    const shapes = new Map();
    const linear = (name, depth, channels) => {
        shapes.set(`${name}.weight`, [depth, channels]);
        shapes.set(`${name}.bias`, [channels]);
    };
    const convolution = (name, out, input, kernel, hasBias = true) => {
        shapes.set(`${name}.weight`, [out, input, kernel, kernel]);
        if (hasBias)
            shapes.set(`${name}.bias`, [out]);
    };
    const norm = (name, channels, isBatch = false) => {
        for (const part of ['weight', 'bias', ...(isBatch ? ['running_mean', 'running_var'] : [])]) {
            shapes.set(`${name}.${part}`, [channels]);
        }
    };
    dims.forEach((dim, i) => {
        if (i === 0) {
            convolution('enc.down.0.0', dim, 3, 4);
            norm('enc.down.0.1', dim);
        }
        else {
            norm(`enc.down.${i}.0`, dims[i - 1]);
            convolution(`enc.down.${i}.1`, dim, dims[i - 1], 2);
        }
        for (let j = 0; j < depths[i]; j++) {
            const name = `enc.stages.${i}.${j}`;
            shapes.set(`${name}.gamma`, [dim]);
            convolution(`${name}.dw`, dim, 1, 7);
            norm(`${name}.norm`, dim);
            linear(`${name}.up`, dim, 4 * dim);
            linear(`${name}.down`, 4 * dim, dim);
        }
        norm(`enc.norms.${i}`, dim);
    });
    const out = [width, width, width / 2];
    let input = dims[3];
    out.forEach((channels, i) => {
        const skip = dims[2 - i];
        convolution(`f${i}.up.conv`, 4 * channels, input, 1);
        norm(`f${i}.sbn`, skip, true);
        convolution(`f${i}.conv`, channels, channels + skip, 3, false);
        norm(`f${i}.bn`, channels, true);
        convolution(`proj.${i}`, d, channels, 1);
        shapes.set(`level.${i}`, [d]);
        input = channels;
    });
    shapes.set('query', [1, queries, d]);
    shapes.set('qpos', [1, queries, d]);
    for (let i = 0; i < layers; i++) {
        for (const kind of ['ca', 'sa']) {
            for (const part of ['q', 'k', 'v', 'o'])
                linear(`layers.${i}.${kind}.${part}`, d, d);
        }
        linear(`layers.${i}.f1`, d, feedForward);
        linear(`layers.${i}.f2`, feedForward, d);
        for (const part of ['n1', 'n2', 'n3'])
            norm(`layers.${i}.${part}`, d);
    }
    norm('norm', d);
    linear('embed.0', d, d);
    linear('embed.2', d, d);
    linear('embed.4', d, width / 2);
    shapes.set('mix.query.weight', [2, queries]);
    for (let sub = 0; sub < 16; sub++) {
        shapes.set(`last.conv.weight.${sub}`, [width / 2, width / 2, 1, 1]);
        shapes.set(`last.conv.bias.${sub}`, [width / 2]);
    }
    return shapes;
}
