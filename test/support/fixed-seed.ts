/** Property tests explore the same cases in every run, so that a run says something about the change and not about luck. FC_SEED=random explores others. */
import * as fc from 'fast-check';

if (process.env['FC_SEED'] !== 'random') fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(process.env['FC_SEED'] ?? 20261122) });
