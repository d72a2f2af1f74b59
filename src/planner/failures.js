const ABSENT = {
    kind: 'absent',
    words: 'the smaller model could not be fetched to run',
};
/** Failures that another rung can help against, each with words that go on after "because". */
export const FAILURES = {
    'gpu/out-of-memory': { kind: 'memory', words: 'the GPU ran out of memory' },
    'gpu/limit': { kind: 'memory', words: 'a buffer was over the GPU’s limit' },
    'memory/exhausted': { kind: 'memory', words: 'the page ran out of memory' },
    'worker/crashed': { kind: 'crash', words: 'the engine stopped' },
    'gpu/device-lost': { kind: 'hang', words: 'the GPU was lost' },
    'gpu/stalled': { kind: 'hang', words: 'the GPU stopped answering' },
    'gpu/failed': { kind: 'numbers', words: 'the GPU could not run it' },
    'output/implausible': { kind: 'numbers', words: 'what came out was no picture' },
    'bug/invariant': { kind: 'numbers', words: 'it failed' },
    'gpu/unavailable': { kind: 'gone', words: 'the GPU did not start' },
    'net/offline': ABSENT,
    'net/http': ABSENT,
    'net/interrupted': ABSENT,
    'model/not-found': ABSENT,
    'model/integrity': ABSENT,
};
