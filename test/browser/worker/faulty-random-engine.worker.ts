// Faults of the platform first, then the engine as it is.
import '../../fault/platform/install.ts';
import './random-engine.worker.ts';
