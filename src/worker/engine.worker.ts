import { allowOwnScripts } from '../shared/own-scripts.ts';
import { catalogueIn } from './engine-name.ts';
import { createEngine } from './engine.ts';
import { serveEngine } from './serve-engine.ts';

// Read at run time, so that the bundler does not look for a file: models/ lies beside the built assets/.
const here = import.meta.url;
// onnxruntime starts its threads as workers.
allowOwnScripts(here);
serveEngine(createEngine(catalogueIn(self.name) ?? new URL('../models/catalogue.json', here)));
