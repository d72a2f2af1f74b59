import './platform/install.ts';
import '../../src/worker/engine.worker.ts';
