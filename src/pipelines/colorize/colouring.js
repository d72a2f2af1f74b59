import { assert } from '../../shared/errors.ts';
/** Ties a field to its painter. */
export function colouringOf(painter, field) {
    let users = 0;
    let isDisposed = false;
    const freeIfDone = () => {
        if (isDisposed && users === 0)
            field.dispose();
    };
    return {
        width: field.width,
        height: field.height,
        paint(rows, mapping, look) {
            assert(users > 0, 'Painting needs a colouring in use.');
            return painter.paint(field, rows, mapping, look);
        },
        async use(draw) {
            assert(!isDisposed, 'The colouring was disposed.');
            users++;
            try {
                return await draw(this);
            }
            finally {
                users--;
                freeIfDone();
            }
        },
        dispose() {
            if (isDisposed)
                return;
            isDisposed = true;
            freeIfDone();
        },
    };
}
