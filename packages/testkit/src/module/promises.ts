import { definePromises, type PromiseRegistry } from '../conformance/promise-registry.ts'

/** What modules and the loader of a service promise each other; each check names the promises that it shows. */
export const MODULE_PROMISES: PromiseRegistry<ModulePromise> = definePromises({
  'MO-SHARED-ONCE': 'A shared module is made once for a service; every loader gets the same API.',
  'MO-EXCLUSIVE-EACH': 'An exclusive module is made anew for each loader.',
  'MO-SERVICES-APART': 'Each service makes its own: two services of the same definitions share no API.',
  'MO-LOAD-RECURSIVE':
    'What a module loads is made before it, and what that loads before that; only names need be composed.',
  'MO-LOAD-OWN': 'A module gets the APIs that it names in `load`, by definition or by name, and no other.',
  'MO-LOAD-UNMET': 'A name in `load` that nothing answers to is a wiring error that says who loads what.',
  'MO-LOAD-CIRCLE': 'Modules that load each other in a circle are a wiring error that shows the path.',
  'MO-LOAD-NAMES': 'Two modules of one name are a wiring error.',
  'MO-WIRING-ALL': 'Every mistake is reported at once, each with its remedy.',
  'MO-CREATE-INERT': 'Composing makes nothing: modules are made when the service starts.',
  'MO-CREATE-NO-ACT': '`create` may not call actions; `start` may.',
  'MO-START-ORDER': 'Modules are made and started in dependency order, all made before the first is started.',
  'MO-START-ROLLBACK': 'When one fails, whatever was made is stopped in reverse, and `start` rejects with its error.',
  'MO-START-AGAIN': 'Starting again starts nothing again.',
  'MO-STOP-ORDER': 'Modules are stopped in reverse.',
  'MO-STOP-ALL': 'A module that fails to stop keeps no other from stopping.',
  'MO-STOP-AGAIN': 'Stopping again stops nothing again, also after a start that failed.',
  'MO-STOP-UNSTARTED': '`stop` is called, and copes, when the module was made and never started.',
  'MO-STOP-QUIET': 'A stopped module leaves no timers and logs no errors.',
  'MO-CONTEXT': 'The context tells service, version and instance, and brings runtime, logger, `load` and `act`.',
  'MO-JOIN': "A module's sheets and actions join the service's.",
  'MO-FAIL': '`fail` stops the service, and then calls the `onFatal` listeners once.',
})

export type ModulePromise =
  | 'MO-SHARED-ONCE'
  | 'MO-EXCLUSIVE-EACH'
  | 'MO-SERVICES-APART'
  | 'MO-LOAD-RECURSIVE'
  | 'MO-LOAD-OWN'
  | 'MO-LOAD-UNMET'
  | 'MO-LOAD-CIRCLE'
  | 'MO-LOAD-NAMES'
  | 'MO-WIRING-ALL'
  | 'MO-CREATE-INERT'
  | 'MO-CREATE-NO-ACT'
  | 'MO-START-ORDER'
  | 'MO-START-ROLLBACK'
  | 'MO-START-AGAIN'
  | 'MO-STOP-ORDER'
  | 'MO-STOP-ALL'
  | 'MO-STOP-AGAIN'
  | 'MO-STOP-UNSTARTED'
  | 'MO-STOP-QUIET'
  | 'MO-CONTEXT'
  | 'MO-JOIN'
  | 'MO-FAIL'
