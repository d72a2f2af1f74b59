import './platform/install.ts';
import './platform/small-device.ts';
import '../../src/worker/engine.worker.ts';
