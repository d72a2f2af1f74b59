/** What fitting a field and painting a stripe take on a GPU, at most. */
const PAINTING_BYTES = 32 * 2 ** 20;
/**
 * What earlier runs have left gives way where the budget ends: the fields of other photographs at once, where
 * the run would not fit beside them (they are fitted again from their colours); networks and weights as the
 * pool needs room.
 * @param peakBytes that the run will take.
 */
export function makeRoom(place, gallery, peakBytes, budgetBytes) {
    const ledger = place.backend === 'webgpu' ? place.gpu.ledger : null;
    if (ledger && peakBytes + ledger.live.pictures > budgetBytes)
        gallery.dropColourings();
    place.pool.capBytes = budgetBytes - PAINTING_BYTES - (ledger?.live.pictures ?? 0);
}
